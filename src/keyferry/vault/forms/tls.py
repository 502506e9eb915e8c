"""The two halves of a TLS key pair out of one text or file, as a Kubernetes Secret of type kubernetes.io/tls has them.

What comes in is PEM, or PKCS#12 without a password, binary or in base64.
https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret
"""

import base64
import binascii
import re
from contextlib import suppress
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from keyferry.forms import pfx
from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue
from keyferry.vault.forms import chain, pem

_PRIVATE_KEY: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]*PRIVATE KEY)-----\n?.+?-----END \1-----\n?", re.DOTALL)


def certificates_of(value: SecretValue) -> SecretValue:
    """Return the certificates as PEM: those of a PEM text as they stand there, those of PKCS#12 leaf first.

    SpecError, which does not quote the value, where there are none.
    """
    found = pem.parted(value).certificates
    if len(found):
        return found
    certificates = _pkcs12(value, "certificate").certificates
    if not certificates:
        raise _none("certificate")
    return SecretValue(b"".join(one.public_bytes(Encoding.PEM) for one in chain.in_order(certificates)))


def key_of(value: SecretValue) -> SecretValue:
    """Return the private key as PEM, the last one of a PEM text: RSA as PKCS#1, EC as SEC 1, other kinds as PKCS#8.

    SpecError, which does not quote the value, where there is none that can be read.
    """
    blocks = [found[0] for found in _PRIVATE_KEY.finditer(value.reveal())]
    key = _parsed(blocks[-1]) if blocks else _pkcs12(value, "private key").key
    if key is None:
        raise _none("private key")
    is_older = isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey)
    form = PrivateFormat.TraditionalOpenSSL if is_older else PrivateFormat.PKCS8
    return SecretValue(key.private_bytes(Encoding.PEM, form, NoEncryption()))


def _parsed(block: bytes) -> PrivateKeyTypes:
    try:
        # A key is only written anew here, and to prove its primes takes seconds where somebody made them long.
        return load_pem_private_key(block, None, unsafe_skip_rsa_key_validation=True)
    except pfx.UNREADABLE:
        raise SpecError(
            what="the private key cannot be read",
            cause="it is damaged, encrypted, or of an unknown kind",
            remedy="store it in PEM without a password",
        ) from None


def _pkcs12(value: SecretValue, wanted: str) -> pfx.Bundle:
    content = value.reveal()
    with suppress(binascii.Error):  # it is binary
        content = base64.b64decode(content.translate(None, b"\r\n"), validate=True)
    bundle = pfx.opened(content)
    if bundle is None:
        raise _none(wanted)
    return bundle


def _none(wanted: str) -> SpecError:
    return SpecError(
        what=f"there is no {wanted} in it",
        cause="it is neither PEM nor PKCS#12 without a password that holds one",
        remedy="mount the certificate as objectType secret: that is certificate and key together",
    )
