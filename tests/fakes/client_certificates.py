"""Client certificates of service principals: RSA keys, made once for all tests, in the forms that are stored."""

import base64
from datetime import UTC, datetime
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

ENDS = datetime(2027, 5, 4, 3, 2, tzinfo=UTC)


@cache
def key(name: str) -> rsa.RSAPrivateKey:
    """The key of `name`, the same each time."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@cache
def certificate(name: str) -> x509.Certificate:
    """Its certificate."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key(name).public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime(2020, 1, 1, tzinfo=UTC))
        .not_valid_after(ENDS)
        .sign(key(name), hashes.SHA256())
    )


def pem(name: str) -> bytes:
    """The certificate in PEM."""
    return certificate(name).public_bytes(Encoding.PEM)


def key_pem(name: str, form: PrivateFormat = PrivateFormat.PKCS8, password: bytes = b"") -> bytes:
    """The key in PEM."""
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    return key(name).private_bytes(Encoding.PEM, form, lock)


def p12(name: str, *others: str, password: bytes = b"") -> bytes:
    """Key and certificate in PKCS#12, with the certificates of others."""
    lock = BestAvailableEncryption(password) if password else NoEncryption()
    chain = [certificate(other) for other in others]
    return pkcs12.serialize_key_and_certificates(name.encode(), key(name), certificate(name), chain, lock)


def thumbprint(name: str) -> str:
    """The SHA-256 thumbprint as the header of a client assertion has it."""
    return base64.urlsafe_b64encode(certificate(name).fingerprint(hashes.SHA256())).rstrip(b"=").decode()
