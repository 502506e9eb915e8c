"""What people bring to a vault: keys, certificates with their keys, and what an authority signs."""

from datetime import timedelta
from functools import cache
from typing import Any

from azure.keyvault.keys import JsonWebKey
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12

from keyferry.lab.azure import private_keys
from tests.fakes.lab_azure import NOW, private_key

SUBJECT = "CN=brought.example"
PKCS12 = "application/x-pkcs12"
PEM = "application/x-pem-file"


def leaf(spec: str = "P-256", subject: str = SUBJECT, *alternatives: x509.GeneralName) -> x509.Certificate:
    """A self-signed certificate of the key that the test run has for `spec`, the same whenever it is asked for."""
    return _leaf(spec, subject, alternatives)


@cache
def _leaf(spec: str, subject: str, alternatives: tuple[x509.GeneralName, ...]) -> x509.Certificate:
    key = private_keys.load(private_key(spec))
    name = x509.Name.from_rfc4514_string(subject)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(7)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=90))
    )
    if alternatives:
        builder = builder.add_extension(x509.SubjectAlternativeName(alternatives), critical=False)
    return builder.sign(key, hashes.SHA256())


def pem_file(spec: str = "P-256", form: PrivateFormat = PrivateFormat.PKCS8) -> bytes:
    """The key and its certificate in PEM."""
    key = private_keys.load(private_key(spec)).private_bytes(Encoding.PEM, form, NoEncryption())
    return key + leaf(spec).public_bytes(Encoding.PEM)


def pkcs12_file(spec: str = "P-256", *others: x509.Certificate) -> bytes:
    """The key, its certificate and others in PKCS#12 without a password."""
    key: Any = private_keys.load(private_key(spec))
    return pkcs12.serialize_key_and_certificates(None, key, leaf(spec), others, NoEncryption())


def signed(request: bytes) -> bytes:
    """The certificate in DER that an authority signs for a request in DER."""
    asked = x509.load_der_x509_csr(request)
    authority: Any = private_keys.load(private_key("P-384"))
    builder = (
        x509.CertificateBuilder()
        .subject_name(asked.subject)
        .issuer_name(x509.Name.from_rfc4514_string("CN=authority"))
        .public_key(asked.public_key())
        .serial_number(9)
        .not_valid_before(NOW)
        .not_valid_after(NOW + timedelta(days=90))
    )
    return builder.sign(authority, hashes.SHA256()).public_bytes(Encoding.DER)


def web_key() -> JsonWebKey:
    """An RSA key in the vendor's form."""
    key: Any = private_keys.load(private_key("RSA-2048"))
    assert isinstance(key, rsa.RSAPrivateKey)
    own = key.private_numbers()
    numbers = {
        "n": own.public_numbers.n,
        "e": own.public_numbers.e,
        "d": own.d,
        "p": own.p,
        "q": own.q,
        "dp": own.dmp1,
        "dq": own.dmq1,
        "qi": own.iqmp,
    }
    given = {name: number.to_bytes((number.bit_length() + 7) // 8, "big") for name, number in numbers.items()}
    return JsonWebKey(kty="RSA", key_ops=["sign", "verify"], **given)


def odd_pem_file() -> bytes:
    """A key of a kind that no vault takes, with a certificate of another."""
    key = ed25519.Ed25519PrivateKey.generate()
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return pem + leaf().public_bytes(Encoding.PEM)
