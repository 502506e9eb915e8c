import base64
from collections.abc import Callable
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.model.secrets import ObjectKind, SecretValue
from keyferry.vault.writing import material
from tests.fakes import certificates, lab_azure

PEM, KEY = certificates.key_pair("web")
OTHER_PEM, OTHER_KEY = certificates.key_pair("other")
CERTIFICATE = x509.load_pem_x509_certificate(PEM)
OTHER = x509.load_pem_x509_certificate(OTHER_PEM)
DER = CERTIFICATE.public_bytes(Encoding.DER)
PRIVATE = load_pem_private_key(KEY, None)
assert isinstance(PRIVATE, ec.EllipticCurvePrivateKey)
P12 = pkcs12.serialize_key_and_certificates(b"web", PRIVATE, CERTIFICATE, [OTHER], NoEncryption())
P12_WITHOUT_KEY = pkcs12.serialize_key_and_certificates(b"web", None, CERTIFICATE, None, NoEncryption())
LOCKED_P12 = pkcs12.serialize_key_and_certificates(b"web", PRIVATE, CERTIFICATE, None, BestAvailableEncryption(b"p"))
SEC1 = PRIVATE.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
RSA = lab_azure.private_key("RSA-2048").encode()


def value(content: bytes) -> SecretValue:
    return SecretValue(content)


@pytest.mark.parametrize(
    ("content", "is_pem", "has_key"),
    [
        pytest.param(P12, False, True, id="pkcs12"),
        pytest.param(P12_WITHOUT_KEY, False, False, id="pkcs12-without-a-key"),
        pytest.param(base64.b64encode(P12), False, True, id="pkcs12-in-base64"),
        pytest.param(base64.encodebytes(P12), False, True, id="pkcs12-in-lines-of-base64"),
        pytest.param(DER, False, False, id="der"),
        pytest.param(PEM, True, False, id="pem-alone"),
        pytest.param(b"words\n" + PEM + b"more\n", True, False, id="pem-among-words"),
        pytest.param(PEM + KEY, True, True, id="pem-with-key"),
        pytest.param(KEY + OTHER_PEM + PEM, True, True, id="the-key-says-which-is-the-leaf"),
        pytest.param(SEC1 + PEM, True, True, id="pem-with-sec1-key"),
        pytest.param(
            b"-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n" + PEM,
            True,
            False,
            id="first-that-parses",
        ),
    ],
)
def test_certificates_of_every_form(content: bytes, is_pem: bool, has_key: bool) -> None:
    made = material.certificate(value(content))
    assert (made.leaf, made.is_pem, made.has_key) == (DER, is_pem, has_key)
    assert "BEGIN" not in repr(made)


def test_pem_is_imported_with_its_key_in_pkcs8_and_its_leaf_first() -> None:
    made = material.certificate(value(OTHER_PEM + PEM + SEC1))
    assert made.content == KEY + PEM + OTHER_PEM


def test_a_key_of_no_certificate_leaves_the_first_one_the_leaf() -> None:
    assert material.certificate(value(OTHER_PEM + RSA)).leaf == OTHER.public_bytes(Encoding.DER)


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"words", id="words"),
        pytest.param(base64.b64encode(b"words"), id="words-in-base64"),
        pytest.param(LOCKED_P12, id="pkcs12-with-a-password"),
        pytest.param(KEY, id="key-alone"),
        pytest.param(b"-----BEGIN CERTIFICATE-----\nbroken\n-----END CERTIFICATE-----\n", id="broken-pem"),
        pytest.param(PEM + KEY[:40] + b"AAAA" + KEY[44:], id="broken-key"),
    ],
)
def test_what_is_no_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(SpecError):
        material.certificate(value(content))


@pytest.mark.parametrize("spec", ["P-256", "P-384", "P-521", "P-256K", "RSA-2048"])
def test_a_key_is_known_by_its_public_half(spec: str) -> None:
    private = load_pem_private_key(lab_azure.private_key(spec).encode(), None)
    made = material.key(value(private.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())))
    public = {name: made.members[name] for name in ("n", "e", "crv", "x", "y") if name in made.members}
    kind = "RSA" if spec.startswith("RSA") else "EC"
    assert made.has_public_half({"kty": kind, **public})
    assert made.has_public_half({"kty": f"{kind}-HSM", **public})
    assert made.has_public_half(
        {"kty": kind} | {k: b"\0" + v if isinstance(v, bytes) else v for k, v in public.items()}
    )
    assert not made.has_public_half({"kty": "oct"})
    assert not made.has_public_half({"kty": kind} | dict.fromkeys(public, b"other"))
    assert not made.has_public_half({"kty": kind})
    assert "members" not in repr(made)


def test_bytes_that_are_no_pem_are_a_symmetric_key_which_is_like_none() -> None:
    made = material.key(value(b"\x01\x02"))
    assert made.members == {"kty": "oct", "k": b"\x01\x02"}
    assert not made.has_public_half({"kty": "oct-HSM"})


ED25519 = ed25519.Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


@pytest.mark.parametrize(
    ("content", "words"),
    [
        pytest.param(PEM, "PEM block CERTIFICATE is no private key", id="certificate"),
        pytest.param(ED25519, "takes no key of this kind", id="ed25519"),
        pytest.param(b"-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----", "cannot be read", id="broken"),
    ],
)
def test_what_is_no_key_is_refused(content: bytes, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        material.key(value(content))


def test_a_secret_is_text_of_a_bounded_length() -> None:
    assert material.text(value("zwölf".encode())) == "zwölf"
    assert len(material.text(value(b"x" * 25_600))) == 25_600
    for content in (b"x" * 25_601, b"\xff\xfe"):
        with pytest.raises(SpecError):
            material.text(value(content))


@pytest.mark.parametrize(
    ("kind", "content", "type_"),
    [
        pytest.param(ObjectKind.SECRET, b"v", str, id="secret"),
        pytest.param(ObjectKind.CERTIFICATE, P12, material.Certificate, id="certificate"),
        pytest.param(ObjectKind.KEY, KEY, material.Key, id="key"),
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


def test_rsa_numbers_are_whole() -> None:
    made = material.key(value(RSA))
    private = load_pem_private_key(RSA, None)
    assert isinstance(private, rsa.RSAPrivateKey)
    assert made.members["n"] == private.private_numbers().public_numbers.n.to_bytes(256)
    assert set(made.members) == {"kty", "n", "e", "d", "p", "q", "dp", "dq", "qi"}
