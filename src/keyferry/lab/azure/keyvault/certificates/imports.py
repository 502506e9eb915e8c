"""Certificates that somebody brings with their private keys: PKCS#12, or PEM with a key in PKCS#8.

https://learn.microsoft.com/azure/key-vault/certificates/certificate-scenarios#formats-of-import-we-support
"""

import base64
from typing import Final

from cryptography.hazmat.primitives.serialization import pkcs12

from keyferry.lab.azure import pem_files
from keyferry.lab.azure.keyvault.bodies import bad_parameter
from keyferry.lab.azure.keyvault.secrets.media_types import PEM, PKCS12
from keyferry.lab.azure.pem_files import KeyAndCertificate

_BEGIN: Final = b"-----BEGIN "


def form_of(value: str) -> str:
    """Return the media type of `value` by what it looks like, for requests that do not say it.

    The az CLI imports PEM so, in base64: https://learn.microsoft.com/azure/key-vault/certificates/tutorial-import-certificate
    The JavaScript SDK does it as plain text.
    """
    try:
        return PEM if _is_plain(value) or _BEGIN in _decoded(value) else PKCS12
    except ValueError:
        return PKCS12


def read(value: str, password: str | None, content_type: str) -> KeyAndCertificate:
    """Return what `value` holds: PEM as it is or in base64, or PKCS#12 in base64, as `content_type` says.

    RefusedError where it is not in that form, has no key, or a key that no vault takes.
    """
    try:
        if content_type == PEM:
            return pem_files.read(value.encode() if _is_plain(value) else _decoded(value))
        return _pkcs12(_decoded(value), password)
    except ValueError as problem:
        raise bad_parameter("value", str(problem)) from None  # the cause behind it could quote what was sent


def _is_plain(value: str) -> bool:
    return _BEGIN.decode() in value


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except ValueError:
        raise ValueError("it is not base64") from None


def _pkcs12(content: bytes, password: str | None) -> KeyAndCertificate:
    try:
        if password and "\0" in password:  # the library panics, and not by a ValueError
            raise ValueError
        held = pkcs12.load_pkcs12(content, password.encode() if password else None)
    except ValueError:
        raise ValueError("it is no PKCS#12 that can be read with this password") from None
    if held.key is None:
        raise ValueError("the PKCS#12 has no private key")
    certificates = [each.certificate for each in (held.cert, *held.additional_certs) if each is not None]
    return pem_files.matched(held.key, certificates)
