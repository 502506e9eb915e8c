"""Certificates that somebody brings with their private keys: PKCS#12, or PEM with a key in PKCS#8.

https://learn.microsoft.com/azure/key-vault/certificates/certificate-scenarios#formats-of-import-we-support
"""

import base64
import binascii
import re
from dataclasses import dataclass, field
from typing import Final, cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.azure.keyvault.secrets.media_types import PEM

_KEY: Final = re.compile(rb"-----BEGIN PRIVATE KEY-----.+?-----END PRIVATE KEY-----", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Brought:
    """A private key in PEM, the certificate of it, and the rest of the chain, in DER."""

    pem: str = field(repr=False)
    certificate: x509.Certificate
    chain: tuple[bytes, ...]


def read(value: str, password: str | None, content_type: str) -> Brought:
    """Return what `value` holds: PEM as it is or in base64, or PKCS#12 in base64, as `content_type` says.

    RefusedError where it is not in that form, has no key, or a key that no vault takes.
    """
    if content_type == PEM:
        return _pem(value.encode() if value.lstrip().startswith("-----BEGIN") else _decoded(value))
    return _pkcs12(_decoded(value), password)


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        raise bad_parameter("value", "it is not base64") from None


def _pem(content: bytes) -> Brought:
    key = _KEY.search(content)
    if key is None:
        raise bad_parameter("value", "the PEM has no private key in PKCS#8 (BEGIN PRIVATE KEY)")
    try:
        private_key = load_pem_private_key(key.group(), None)
        certificates = x509.load_pem_x509_certificates(content)
    except ValueError:
        raise bad_parameter("value", "the PEM holds no certificate and private key that can be read") from None
    return _matched(private_key, certificates)


def _pkcs12(content: bytes, password: str | None) -> Brought:
    try:
        held = pkcs12.load_pkcs12(content, password.encode() if password else None)
    except ValueError:
        raise bad_parameter("value", "it is no PKCS#12 that can be read with this password") from None
    if held.key is None:
        raise bad_parameter("value", "the PKCS#12 has no private key")
    certificates = [each.certificate for each in (held.cert, *held.additional_certs) if each is not None]
    return _matched(held.key, certificates)


def _matched(key: PrivateKeyTypes, certificates: list[x509.Certificate]) -> Brought:
    if private_keys.spec_of(key) is None:
        raise bad_parameter("value", "its private key is of a kind or size that a vault does not take")
    own = cast("private_keys.PrivateKey", key)
    public = own.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    for certificate in certificates:
        if public == public_of(certificate):
            rest = tuple(each.public_bytes(Encoding.DER) for each in certificates if each is not certificate)
            return Brought(pem=private_keys.pem(own), certificate=certificate, chain=rest)
    raise bad_parameter("value", "none of its certificates belongs to its private key")


def public_of(certificate: x509.Certificate) -> bytes:
    """Return the certificate's public key in DER."""
    return certificate.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
