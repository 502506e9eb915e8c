"""`encryptAES` and `decryptAES`: AES-256-CBC with the password itself as the key, cut or filled to 32 bytes.

Sprig's, kept for templates that have it: there is neither a proper key nor a proof of origin in it.
"""

import base64
from typing import Final

from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from keyferry.template.functions.crypto import effort, strict_base64
from keyferry.template.functions.function import Fault, Surroundings

_BLOCK: Final = 16
_KEY: Final = 32


def encrypt(world: Surroundings, password: bytes, text: bytes) -> bytes:
    """Return the text encrypted, in base64; nothing of nothing."""
    if not text:
        return b""
    effort.spend(world, 1, 2 * len(text))
    start = world.chance(_BLOCK)
    count = _BLOCK - len(text) % _BLOCK
    encryptor = _cipher(password, start).encryptor()
    return base64.b64encode(start + encryptor.update(text + bytes([count]) * count) + encryptor.finalize())


def decrypt(world: Surroundings, password: bytes, text: bytes) -> bytes:
    """Return the plain text; Fault where the password is wrong, as far as its padding tells."""
    if not text:
        return b""
    effort.spend(world, 1, len(text))
    content = strict_base64.decoded(text) or b""
    if len(content) <= _BLOCK or len(content) % _BLOCK:
        raise Fault("the text is not what encryptAES makes")
    decryptor = _cipher(password, content[:_BLOCK]).decryptor()
    plain = decryptor.update(content[_BLOCK:]) + decryptor.finalize()
    if plain[-1] > len(plain):
        raise Fault("the text cannot be decrypted with this password")
    return plain[: len(plain) - plain[-1]]


CALLS: Final = {"encryptAES": encrypt, "decryptAES": decrypt}


def _cipher(password: bytes, start: bytes) -> Cipher[CBC]:
    return Cipher(AES(password[:_KEY].ljust(_KEY, b"\0")), CBC(start))
