import base64

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from keyferry.model.errors import SpecError
from keyferry.vault.writing import certificate_forms
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
    made = certificate_forms.certificate(content)
    assert (made.leaf, made.is_pem, made.has_key) == (DER, is_pem, has_key)
    assert "BEGIN" not in repr(made)


def test_pem_is_imported_with_its_key_in_pkcs8_and_its_leaf_first() -> None:
    made = certificate_forms.certificate(OTHER_PEM + PEM + SEC1)
    assert made.content == KEY + PEM + OTHER_PEM


def test_a_key_of_no_certificate_leaves_the_first_one_the_leaf() -> None:
    assert certificate_forms.certificate(OTHER_PEM + RSA).leaf == OTHER.public_bytes(Encoding.DER)


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
        certificate_forms.certificate(content)
