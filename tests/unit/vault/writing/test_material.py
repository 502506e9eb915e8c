from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    load_pem_private_key,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, SecretValue
from keyferry.vault.writing import material
from keyferry.vault.writing.shapes import Certificate, Key
from tests.fakes import certificates, lab_azure

PEM, KEY = certificates.key_pair("web")
OTHER_PEM, OTHER_KEY = certificates.key_pair("other")
CERTIFICATE = x509.load_pem_x509_certificate(PEM)
OTHER = x509.load_pem_x509_certificate(OTHER_PEM)
DER = CERTIFICATE.public_bytes(Encoding.DER)
PRIVATE = load_pem_private_key(KEY, None)
assert isinstance(PRIVATE, ec.EllipticCurvePrivateKey)
P12 = pkcs12.serialize_key_and_certificates(b"web", PRIVATE, CERTIFICATE, [OTHER], NoEncryption())
RSA = lab_azure.private_key("RSA-2048").encode()


def value(content: bytes) -> SecretValue:
    return SecretValue(content)


def test_a_secret_is_text_of_a_bounded_length() -> None:
    assert material.of(ObjectKind.SECRET, value("zwölf".encode())) == "zwölf"
    assert material.of(ObjectKind.SECRET, value(b"x" * 25_600)) == "x" * 25_600
    for content in (b"x" * 25_601, b"\xff\xfe"):
        with pytest.raises(SpecError):
            material.of(ObjectKind.SECRET, value(content))


@pytest.mark.parametrize(
    ("kind", "content", "type_"),
    [
        pytest.param(ObjectKind.SECRET, b"v", str, id="secret"),
        pytest.param(ObjectKind.CERTIFICATE, P12, Certificate, id="certificate"),
        pytest.param(ObjectKind.KEY, KEY, Key, id="key"),
    ],
)
def test_each_kind_has_its_material(kind: ObjectKind, content: bytes, type_: type) -> None:
    assert isinstance(material.of(kind, value(content)), type_)


def _mutated(content: bytes) -> Callable[[tuple[int, int]], bytes]:
    return lambda change: (
        content[: change[0] % len(content)] + bytes([change[1]]) + content[change[0] % len(content) + 1 :]
    )


@settings(max_examples=60, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=200),
        *(
            st.tuples(st.integers(0, 5_000), st.integers(0, 255)).map(_mutated(each))
            for each in (P12, DER, PEM + KEY, RSA)
        ),
    )
)
def test_whatever_somebody_pushes_is_taken_or_refused(content: bytes) -> None:
    for kind in ObjectKind:
        with suppress(SpecError):
            material.of(kind, value(content))
