"""Files with a private key, its certificate, and perhaps the rest of the chain, in PEM.

The key must be in PKCS#8, as Key Vault wants it:
https://learn.microsoft.com/azure/key-vault/certificates/certificate-scenarios#formats-of-import-we-support
"""

import re
from dataclasses import dataclass, field
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from keyferry.lab.azure import private_keys

_KEY: Final = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyAndCertificate:
    """A private key in PEM, the certificate of it in DER, and the rest of the chain in DER."""

    pem: str = field(repr=False)
    leaf: bytes = field(repr=False)
    chain: tuple[bytes, ...] = field(default=(), repr=False)


def read(content: bytes) -> KeyAndCertificate:
    """Return what the file holds. ValueError says in words what it lacks, and quotes nothing of it."""
    key = read_key(content)
    try:
        certificates = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise ValueError("the PEM holds no certificate that can be read") from None
    return matched(key, certificates)


def read_key(content: bytes) -> PrivateKeyTypes:
    """Return the private key of the file. ValueError as in `read`."""
    key = _KEY.search(content)
    if key is None:
        raise ValueError("the PEM has no private key in PKCS#8 (BEGIN PRIVATE KEY)")
    try:
        return load_pem_private_key(key.group(), None)
    except ValueError:
        raise ValueError("the PEM holds no private key that can be read") from None


def matched(key: PrivateKeyTypes, certificates: list[x509.Certificate]) -> KeyAndCertificate:
    """Return the key with the certificate that is of it first. ValueError where none is, or no vault takes the key."""
    if private_keys.spec_of(key) is None:
        raise ValueError("its private key is of a kind or size that a vault does not take")
    own = cast("private_keys.PrivateKey", key)
    public = own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for certificate in certificates:
        if public == public_of(certificate):
            rest = tuple(each.public_bytes(Encoding.DER) for each in certificates if each is not certificate)
            return KeyAndCertificate(pem=private_keys.pem(own), leaf=certificate.public_bytes(Encoding.DER), chain=rest)
    raise ValueError("none of its certificates belongs to its private key")


def public_of(certificate: x509.Certificate) -> bytes:
    """Return the certificate's public key in DER."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
