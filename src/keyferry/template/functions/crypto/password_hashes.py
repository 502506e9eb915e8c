"""`bcrypt` and `htpasswd`: password hashes as sprig makes them. What is wrong with a password stands in their text."""

import base64
import hashlib
from typing import Final

import bcrypt

from keyferry.template.functions.crypto import effort
from keyferry.template.functions.function import Surroundings

_COST: Final = 10
_LONGEST: Final = 72  # bytes: the rest would not count


def bcrypt_hash(world: Surroundings, password: bytes) -> bytes:
    """Return the password's bcrypt hash, of prefix $2a$ and cost 10."""
    if len(password) > _LONGEST:
        return b"failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes"
    effort.spend(world, effort.PASSWORD_HASH)
    return bcrypt.hashpw(password, bcrypt.gensalt(_COST, b"2a"))


def htpasswd(world: Surroundings, user: bytes, password: bytes, algorithm: bytes) -> bytes:
    """Return a line of Apache's htpasswd: with bcrypt, or with the old SHA-1 for `sha`."""
    if b":" in user:
        return b"invalid username: " + user
    if algorithm == b"sha":
        digest = hashlib.sha1(password, usedforsecurity=False).digest()
        return user + b":{SHA}" + base64.b64encode(digest)
    return user + b":" + bcrypt_hash(world, password)


CALLS: Final = {"bcrypt": bcrypt_hash, "htpasswd": htpasswd}
