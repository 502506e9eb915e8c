"""PKCS#12 as a vault writes it: the empty password, three-key DES and SHA-1, which every reader knows. Pure.

Called by versions. Readers that were made for what vaults write know nothing newer: Go's `golang.org/x/crypto/pkcs12`
refuses SHA-256, and files without encryption. RFC 7292: https://www.rfc-editor.org/rfc/rfc7292
"""

import hashlib
import hmac
from collections.abc import Sequence
from typing import Final

from cryptography import x509
from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
from cryptography.hazmat.primitives.ciphers import Cipher, modes
from cryptography.hazmat.primitives.padding import PKCS7
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from keyferry.lab.azure.keyvault.certificates import der
from keyferry.lab.azure.private_keys import PrivateKey

ROUNDS: Final = 2000
SALT_BYTES: Final = 20
_DATA: Final = der.oid("1.2.840.113549.1.7.1")
_ENCRYPTED_DATA: Final = der.oid("1.2.840.113549.1.7.6")
_SHA1: Final = der.sequence(der.oid("1.3.14.3.2.26"), der.NULL)
_SHA1_TRIPLE_DES: Final = der.oid("1.2.840.113549.1.12.1.3")
_SHROUDED_KEY: Final = der.oid("1.2.840.113549.1.12.10.1.2")
_CERTIFICATE: Final = der.oid("1.2.840.113549.1.12.10.1.3")
_X509: Final = der.oid("1.2.840.113549.1.9.22.1")
_LOCAL_KEY_ID: Final = der.oid("1.2.840.113549.1.9.21")
_FOR_KEY, _FOR_IV, _FOR_MAC = 1, 2, 3  # appendix B.3
_BLOCK_BYTES: Final = 64
_NO_PASSWORD: Final = bytes(_BLOCK_BYTES)  # the empty text as a BMPString with its end, over and over


def write(key: PrivateKey | None, certificates: Sequence[x509.Certificate], seed: bytes) -> bytes:
    """Return the file. The first certificate is the key's, where there is one; the salts are made of `seed`."""
    salts = [hashlib.sha256(seed + bytes([place])).digest()[:SALT_BYTES] for place in range(3)]
    bags = [_certificate(each, with_key=key is not None and place == 0) for place, each in enumerate(certificates)]
    safes = [_sealed_data(der.sequence(*bags), salts[0])]
    if key is not None:
        safes.append(_plain_data(der.sequence(_private_key(key, salts[1]))))
    content = der.sequence(*safes)
    return der.sequence(der.integer(3), _plain_data(content), _mac(content, salts[2]))


def derived(purpose: int, salt: bytes, size: int) -> bytes:
    """Return `size` bytes of a key that is made of the empty password, as appendix B.2 says."""
    salted = (salt * _BLOCK_BYTES)[:_BLOCK_BYTES]  # 20 bytes or one block: as many as one block has
    mixed = [salted, _NO_PASSWORD]
    made = b""
    while len(made) < size:
        digest = bytes([purpose]) * _BLOCK_BYTES + b"".join(mixed)
        for _ in range(ROUNDS):
            digest = hashlib.sha1(digest, usedforsecurity=False).digest()
        made += digest
        added = int.from_bytes((digest * _BLOCK_BYTES)[:_BLOCK_BYTES]) + 1
        mixed = [_added(block, added) for block in mixed]
    return made[:size]


def _added(block: bytes, number: int) -> bytes:
    return ((int.from_bytes(block) + number) % (1 << 8 * _BLOCK_BYTES)).to_bytes(_BLOCK_BYTES)


def _plain_data(content: bytes) -> bytes:
    return der.sequence(_DATA, der.tagged(0, der.octets(content)))


def _sealed_data(content: bytes, salt: bytes) -> bytes:
    sealed = der.sequence(_DATA, _algorithm(salt), der.implicit(0, _sealed(content, salt)))
    return der.sequence(_ENCRYPTED_DATA, der.tagged(0, der.sequence(der.integer(0), sealed)))


def _certificate(certificate: x509.Certificate, *, with_key: bool) -> bytes:
    held = der.sequence(_X509, der.tagged(0, der.octets(certificate.public_bytes(Encoding.DER))))
    return der.sequence(_CERTIFICATE, der.tagged(0, held), *([_belonging()] if with_key else []))


def _private_key(key: PrivateKey, salt: bytes) -> bytes:
    plain = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    sealed = der.sequence(_algorithm(salt), der.octets(_sealed(plain, salt)))
    return der.sequence(_SHROUDED_KEY, der.tagged(0, sealed), _belonging())


def _belonging() -> bytes:
    """Return the attribute that key and certificate share."""
    return der.set_of(der.sequence(_LOCAL_KEY_ID, der.set_of(der.octets(b"\x01\x00\x00\x00"))))


def _algorithm(salt: bytes) -> bytes:
    return der.sequence(_SHA1_TRIPLE_DES, der.sequence(der.octets(salt), der.integer(ROUNDS)))


def _sealed(content: bytes, salt: bytes) -> bytes:
    cipher = Cipher(TripleDES(derived(_FOR_KEY, salt, 24)), modes.CBC(derived(_FOR_IV, salt, 8)))
    padder, encryptor = PKCS7(64).padder(), cipher.encryptor()
    padded = padder.update(content) + padder.finalize()
    return encryptor.update(padded) + encryptor.finalize()


def _mac(content: bytes, salt: bytes) -> bytes:
    digest = hmac.digest(derived(_FOR_MAC, salt, 20), content, hashlib.sha1)
    return der.sequence(der.sequence(_SHA1, der.octets(digest)), der.octets(salt), der.integer(ROUNDS))
