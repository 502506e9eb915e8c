"""Private keys as people push them, as the JSON web keys that Key Vault imports. Pure. Called by material.

https://learn.microsoft.com/rest/api/keyvault/keys/import-key/import-key
"""

import re
from contextlib import suppress
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.types import PrivateKeyTypes
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from keyferry.forms import pfx
from keyferry.model.errors import SpecError, foreign
from keyferry.vault.writing.shapes import Key, Numbers

BLOCK: Final = re.compile(rb"-----BEGIN ([A-Z0-9 ]{1,64})-----.+?-----END \1-----\n?", re.DOTALL)
KEY_BLOCKS: Final = frozenset({b"PRIVATE KEY", b"RSA PRIVATE KEY", b"EC PRIVATE KEY"})
_CURVES: Final = {"secp256r1": "P-256", "secp384r1": "P-384", "secp521r1": "P-521", "secp256k1": "P-256K"}


def key(content: bytes) -> Key:
    """Return the key: of the first PEM block where there is one, else the bytes as a symmetric key.

    SpecError for a block of another type, or one that holds no key which a vault takes.
    """
    block = BLOCK.search(content)
    if block is None:
        return Key(members={"kty": "oct", "k": content})
    if block[1] not in KEY_BLOCKS:
        raise SpecError(
            what=f"a PEM block {foreign(block[1].decode())} is no private key",
            cause="keys are imported from blocks PRIVATE KEY, RSA PRIVATE KEY and EC PRIVATE KEY",
            remedy="push the private key, without a password and without its certificate",
        )
    return Key(members=_members(private_key(block[0])))


def private_key(block: bytes) -> PrivateKeyTypes:
    """Return the key of a PEM block. SpecError for one that cannot be read."""
    with suppress(*pfx.UNREADABLE):
        # It is only written anew here: to prove its primes takes seconds where somebody made them long.
        return load_pem_private_key(block, None, unsafe_skip_rsa_key_validation=True)
    raise SpecError(
        what="the private key cannot be read",
        cause="it is damaged, encrypted, or of an unknown kind",
        remedy="push it in PEM without a password",
    )


def _members(private: PrivateKeyTypes) -> Numbers:
    if isinstance(private, rsa.RSAPrivateKey):
        return _rsa(private.private_numbers())
    if isinstance(private, ec.EllipticCurvePrivateKey) and private.curve.name in _CURVES:
        return _ec(private)
    raise SpecError(
        what="Key Vault takes no key of this kind",
        cause="it takes RSA keys, and EC keys on P-256, P-384, P-521 and secp256k1",
        remedy="push a key of one of these kinds",
    )


def _rsa(numbers: rsa.RSAPrivateNumbers) -> Numbers:
    public = numbers.public_numbers
    named = {"n": public.n, "e": public.e, "d": numbers.d, "p": numbers.p, "q": numbers.q}
    named |= {"dp": numbers.dmp1, "dq": numbers.dmq1, "qi": numbers.iqmp}
    return {"kty": "RSA"} | {name: _octets(number) for name, number in named.items()}


def _ec(private: ec.EllipticCurvePrivateKey) -> Numbers:
    numbers, size = private.private_numbers(), (private.curve.key_size + 7) // 8
    point = numbers.public_numbers
    named = {"x": point.x, "y": point.y, "d": numbers.private_value}
    return {"kty": "EC", "crv": _CURVES[private.curve.name]} | {
        name: _octets(number, size) for name, number in named.items()
    }


def _octets(number: int, size: int = 0) -> bytes:
    return number.to_bytes(max(size, (number.bit_length() + 7) // 8))
