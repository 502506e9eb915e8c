"""Certificates of every form that people push, as Key Vault imports them. Pure. Called by material.

https://learn.microsoft.com/azure/key-vault/certificates/certificate-scenarios#formats-of-import-we-support
"""

import base64
from contextlib import suppress

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from keyferry.forms import pfx
from keyferry.model.errors import SpecError
from keyferry.vault.writing.key_forms import BLOCK, KEY_BLOCKS, private_key
from keyferry.vault.writing.shapes import Certificate


def certificate(content: bytes) -> Certificate:
    """Return the certificate in PKCS#12 without a password, PEM or DER, or in base64 of these; SpecError for all else.

    Of PEM the first certificate that parses counts, or the one of the key; what stands between blocks is dropped.
    """
    found = _of_pem(content) if b"-----BEGIN " in content else _of_binary(content) or _of_base64(content)
    if found is not None:
        return found
    raise SpecError(
        what="the value is not a certificate that Key Vault takes",
        cause="it is neither PKCS#12 without a password, nor PEM, nor DER",
        remedy="push certificate and private key together: PKCS#12 without a password, or PEM; "
        "of a Secret with tls.crt and tls.key by a template that joins the two",
    )


def _of_pem(content: bytes) -> Certificate | None:
    blocks = [(match[1], match[0]) for match in BLOCK.finditer(content)]
    certificates = [found for kind, block in blocks if kind == b"CERTIFICATE" and (found := _parsed(block))]
    if not certificates:
        return None
    private = next((block for kind, block in blocks if kind in KEY_BLOCKS), None)
    if private is None:
        return Certificate(content=content, is_pem=True, leaf=_der(certificates[0][0]), has_key=False)
    loaded = private_key(private)
    public = _spki(loaded)
    leaf = next((one for one, certified in certificates if certified == public), certificates[0][0])
    ordered = [leaf, *(one for one, _ in certificates if one is not leaf)]
    pem = loaded.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    pem += b"".join(one.public_bytes(Encoding.PEM) for one in ordered)
    return Certificate(content=pem, is_pem=True, leaf=_der(leaf), has_key=True)


def _of_binary(content: bytes) -> Certificate | None:
    bundle = pfx.opened(content)
    if bundle is not None and bundle.certificates:
        leaf = _der(bundle.certificates[0])
        return Certificate(content=content, is_pem=False, leaf=leaf, has_key=bundle.key is not None)
    with suppress(*pfx.UNREADABLE):
        return Certificate(
            content=content, is_pem=False, leaf=_der(x509.load_der_x509_certificate(content)), has_key=False
        )
    return None


def _of_base64(content: bytes) -> Certificate | None:
    with suppress(ValueError):
        return _of_binary(base64.b64decode(b"".join(content.split()), validate=True))
    return None


def _parsed(block: bytes) -> tuple[x509.Certificate, bytes] | None:
    """Return a certificate and the public key that it certifies."""
    with suppress(*pfx.UNREADABLE):
        found = x509.load_pem_x509_certificate(block)
        return found, found.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return None


def _der(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(Encoding.DER)


def _spki(private: PrivateKeyTypes) -> bytes:
    return private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
