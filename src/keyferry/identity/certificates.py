"""A stored client certificate as Entra's client needs it: the RSA key, its own certificate, then the rest. Pure.

Takes what Kubernetes Secrets and Key Vault hold: PEM blocks in any order, or PKCS#12 without a password.
https://learn.microsoft.com/entra/identity-platform/certificate-credentials
"""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
    pkcs12,
)

from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue

_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----.+?-----END \1-----", re.DOTALL)
_EXPORT: Final = (
    "store the certificate and its unencrypted RSA key together, as PEM or as PKCS#12 without a password: "
    "az keyvault secret download gives the certificate of a vault so"
)
_UNREADABLE: Final = (ValueError, TypeError, x509.UnsupportedGeneralNameType)

_Parts = tuple[Any, list[x509.Certificate]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """`pem` is the key and the chain, its own certificate first. The rest is public: what the portal shows of it."""

    pem: SecretValue
    thumbprint: str  # SHA-1 in upper-case hex digits, as the portal writes it
    ends: datetime


def of(stored: bytes) -> ClientCertificate:
    """Return the certificate in `stored`; SpecError that says what is missing. Its texts hold nothing of it."""
    key, chain = _pem(stored) if b"-----BEGIN" in stored else _pkcs12(stored)
    if key is None:
        raise _problem("there is no private key in it")
    if not isinstance(key, RSAPrivateKey):
        raise _problem("its private key is not an RSA key, and Entra takes no other")
    public = key.public_key()
    own = [certificate for certificate in chain if certificate.public_key() == public]
    if not own:
        raise _problem("no certificate in it belongs to its private key")
    ordered = (own[-1], *(certificate for certificate in chain if certificate != own[-1]))
    written = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return ClientCertificate(
        pem=SecretValue(written + b"".join(certificate.public_bytes(Encoding.PEM) for certificate in ordered)),
        thumbprint=own[-1].fingerprint(hashes.SHA1()).hex().upper(),  # noqa: S303  (a name in the portal, not a proof)
        ends=own[-1].not_valid_after_utc,
    )


def _pem(stored: bytes) -> _Parts:
    key: Any = None
    chain: list[x509.Certificate] = []
    for block in _BLOCK.finditer(stored):
        kind = block[1].decode()
        try:
            if kind == "CERTIFICATE":
                chain.append(x509.load_pem_x509_certificate(block[0]))
            elif kind.endswith("PRIVATE KEY"):
                key = load_pem_private_key(block[0], password=None)
        except _UNREADABLE:
            raise _problem(f"its block {kind} cannot be read, or is encrypted") from None
    return key, chain


def _pkcs12(stored: bytes) -> _Parts:
    try:
        key, own, others = pkcs12.load_key_and_certificates(stored, None)
    except _UNREADABLE:
        raise _problem("it is neither PEM nor PKCS#12 without a password") from None
    return key, [*([own] if own is not None else []), *others]


def _problem(cause: str) -> SpecError:
    return SpecError(what="the client certificate cannot be used", cause=cause, remedy=_EXPORT)
