"""Certificates and their private keys as PEM: what Key Vault holds as DER, PKCS#12 or PEM becomes what programs read.

A certificate's private key is in the secret of the same name, in the form its policy chose:
https://learn.microsoft.com/azure/key-vault/certificates/about-certificates#composition-of-a-certificate
"""

import base64
import re
from dataclasses import dataclass
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from keyferry.forms import pfx
from keyferry.model.errors import SpecError, foreign
from keyferry.model.secrets import SecretValue
from keyferry.vault.forms import chain

PKCS12: Final = "application/x-pkcs12"
PEM_FILE: Final = "application/x-pem-file"
_BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]+)-----\n?.+?-----END \1-----\n?", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """The certificate blocks of a PEM text, and all its other blocks: the private key."""

    certificates: SecretValue
    key: SecretValue


def of_certificate(der: SecretValue) -> SecretValue:
    """Return one certificate as a PEM block. SpecError when it is none."""
    try:
        return SecretValue(x509.load_der_x509_certificate(der.reveal()).public_bytes(Encoding.PEM))
    except pfx.UNREADABLE:
        raise _broken("a certificate") from None


def check_content_type(content_type: str) -> None:
    """Raise SpecError for a certificate's secret that is of no form which Key Vault makes."""
    if content_type not in {PKCS12, PEM_FILE}:
        raise SpecError(
            what="the certificate's secret is neither PKCS#12 nor PEM",
            cause=f"its content type is {foreign(content_type) or 'empty'}",
            remedy=f"set the content type in the certificate's policy to {PKCS12} or {PEM_FILE}",
        )


def of_backed_secret(value: SecretValue, content_type: str, *, ordered: bool = True) -> SecretValue:
    """Return private key and certificates of a certificate's secret as PEM, the key first (PKCS#8).

    PEM comes back as it is. Of PKCS#12 (base64, empty password) the certificates come leaf first, unless not `ordered`
    or not one chain. SpecError for another content type, for a value that is not what its
    type says, and for a certificate whose policy keeps its key from being exported: who asks for the secret wants it.
    """
    check_content_type(content_type)
    return value if content_type == PEM_FILE else SecretValue(_of_pkcs12(value.reveal(), ordered=ordered))


def parted(pem: SecretValue) -> Pair:
    """Return certificates and key of a PEM text apart, each in the order they had. Text between blocks is dropped."""
    blocks = [(found[1], found[0]) for found in _BLOCK.finditer(pem.reveal())]
    certificates = b"".join(_line(block) for kind, block in blocks if kind == b"CERTIFICATE")
    key = b"".join(_line(block) for kind, block in blocks if kind != b"CERTIFICATE")
    return Pair(certificates=SecretValue(certificates), key=SecretValue(key))


def _of_pkcs12(text: bytes, *, ordered: bool) -> bytes:
    try:
        bundle = pfx.opened(base64.b64decode(text.translate(None, b"\r\n"), validate=True))
    except ValueError:
        bundle = None
    if bundle is None:
        raise _broken("PKCS#12 without a password")
    if not bundle.certificates or bundle.key is None:
        raise SpecError(
            what="the certificate's secret is not complete",
            cause=f"its PKCS#12 holds no {'private key' if bundle.certificates else 'certificate'}",
            remedy="import the certificate again with its private key, and let its policy say exportable; or ask for "
            "the certificate alone, with objectType cert",
        )
    certificates = chain.in_order(bundle.certificates) if ordered else bundle.certificates
    key = bundle.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return key + b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)


def _line(block: bytes) -> bytes:
    return block if block.endswith(b"\n") else block + b"\n"


def _broken(what: str) -> SpecError:
    """Return the error without its reason: a parser's own words may quote what it read."""
    return SpecError(
        what=f"the vault's answer is not {what}",
        cause="it cannot be parsed",
        remedy="look at the certificate in the vault, and import it again",
    )
