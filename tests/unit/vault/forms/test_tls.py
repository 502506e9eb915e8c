"""The halves of a key pair, out of whatever somebody stored."""

import base64
from contextlib import suppress

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
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
from keyferry.model.secrets import SecretValue
from keyferry.vault.forms import tls
from tests.fakes.certificates import key_pair
from tests.fakes.chains import chain

CHAIN = chain(3)
PFX = CHAIN.pkcs12((2, 1))
CERTIFICATES = b"".join(one.public_bytes(Encoding.PEM) for one in CHAIN.certificates)
RSA = rsa.generate_private_key(65537, 2048)


def written(key: PrivateKeyTypes, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes = b"") -> bytes:
    encryption = BestAvailableEncryption(password) if password else NoEncryption()
    return key.private_bytes(Encoding.PEM, form, encryption)


EC = written(CHAIN.key)
DH = b"-----BEGIN DH PARAMETERS-----\nMAYCAQcCAQI=\n-----END DH PARAMETERS-----\n"


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(EC + CERTIFICATES, id="key-first"),
        pytest.param(b"words\n" + CERTIFICATES + b"more\n" + EC, id="with-words"),
        pytest.param(CERTIFICATES.rstrip(), id="without-a-last-line-end"),
        pytest.param(PFX, id="binary-pkcs12"),
        pytest.param(base64.b64encode(PFX), id="pkcs12-in-base64"),
        pytest.param(base64.encodebytes(PFX), id="pkcs12-in-lines-of-base64"),
    ],
)
def test_all_certificates_come_leaf_first(value: bytes) -> None:
    assert tls.certificates_of(SecretValue(value)).reveal() == CERTIFICATES


def test_the_order_of_a_pem_text_is_kept() -> None:
    backwards = b"".join(one.public_bytes(Encoding.PEM) for one in CHAIN.certificates[::-1])
    assert tls.certificates_of(SecretValue(backwards)).reveal() == backwards


@pytest.mark.parametrize(
    ("value", "label"),
    [
        pytest.param(written(RSA), b"RSA PRIVATE KEY", id="rsa-pkcs8"),
        pytest.param(written(RSA, PrivateFormat.TraditionalOpenSSL), b"RSA PRIVATE KEY", id="rsa-pkcs1"),
        pytest.param(EC, b"EC PRIVATE KEY", id="ec-pkcs8"),
        pytest.param(written(CHAIN.key, PrivateFormat.TraditionalOpenSSL), b"EC PRIVATE KEY", id="ec-sec1"),
        pytest.param(written(ed25519.Ed25519PrivateKey.generate()), b"PRIVATE KEY", id="ed25519"),
        pytest.param(written(dsa.generate_private_key(1024)), b"PRIVATE KEY", id="dsa"),
        pytest.param(CERTIFICATES + EC, b"EC PRIVATE KEY", id="after-certificates"),
        pytest.param(EC + DH, b"EC PRIVATE KEY", id="before-parameters"),
        pytest.param(written(RSA) + EC, b"EC PRIVATE KEY", id="last-of-two"),
    ],
)
def test_the_key_comes_in_the_form_of_its_kind(value: bytes, label: bytes) -> None:
    made = tls.key_of(SecretValue(value)).reveal()
    assert made.startswith(b"-----BEGIN " + label + b"-----\n")
    source = value[value.rindex(b"-----BEGIN", 0, value.rindex(b"PRIVATE KEY", 0, value.rindex(b"-----END"))) :]
    assert load_pem_private_key(made, None).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    ) == load_pem_private_key(source.removesuffix(DH), None).private_bytes(
        Encoding.DER, PrivateFormat.PKCS8, NoEncryption()
    )


@pytest.mark.parametrize("value", [PFX, base64.b64encode(PFX)], ids=["binary", "base64"])
def test_the_key_of_pkcs12(value: bytes) -> None:
    made = load_pem_private_key(tls.key_of(SecretValue(value)).reveal(), None)
    assert isinstance(made, ec.EllipticCurvePrivateKey)
    assert made.private_numbers() == CHAIN.key.private_numbers()


def _pkcs12(*, key: bool, certificate: bool) -> bytes:
    return pkcs12.serialize_key_and_certificates(
        b"x", CHAIN.key if key else None, None, [CHAIN.certificates[0]] if certificate else None, NoEncryption()
    )


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"hunter2!", id="words"),
        pytest.param(EC, id="key-alone"),
        pytest.param(_pkcs12(key=True, certificate=False), id="pkcs12-without-certificate"),
    ],
)
def test_no_certificate_is_said(value: bytes) -> None:
    with pytest.raises(SpecError, match="no certificate in it") as caught:
        tls.certificates_of(SecretValue(value))
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    ("value", "said"),
    [
        pytest.param(b"", "no private key", id="nothing"),
        pytest.param(b"hunter2!", "no private key", id="words"),
        pytest.param(CERTIFICATES, "no private key", id="certificates-alone"),
        pytest.param(_pkcs12(key=False, certificate=True), "no private key", id="pkcs12-without-key"),
        pytest.param(key_pair(password=b"hunter2")[1], "cannot be read", id="encrypted"),
        pytest.param(EC.replace(b"M", b"N", 1), "cannot be read", id="damaged"),
        pytest.param(
            b"-----BEGIN PRIVATE KEY-----\naHVudGVyMg==\n-----END PRIVATE KEY-----\n", "cannot be read", id="garbage"
        ),
    ],
)
def test_no_key_is_said(value: bytes, said: str) -> None:
    with pytest.raises(SpecError, match=said) as caught:
        tls.key_of(SecretValue(value))
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=200) | st.integers(0, len(PFX)).map(lambda end: PFX[:end]) | st.binary().map(PFX.__add__))
def test_whatever_was_stored_is_told_or_taken(value: bytes) -> None:
    with suppress(SpecError):
        x509.load_pem_x509_certificates(tls.certificates_of(SecretValue(value)).reveal())
    with suppress(SpecError):
        serialization.load_pem_private_key(tls.key_of(SecretValue(value)).reveal(), None)
