"""`genPrivateKey`, and the keys of certificates that are made here."""

import warnings
from typing import Final

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa

from keyferry.template.functions.crypto import effort, private_keys
from keyferry.template.functions.function import Surroundings

_EXPONENT: Final = 65_537
_LARGE: Final = 4_096
_CERTIFICATES: Final = 2_048
_DSA: Final = 2_048


def generate(world: Surroundings, kind: bytes) -> bytes:
    """Return a new key of a kind (rsa, dsa, ecdsa, ed25519; rsa where none is said), or a text that it is unknown."""
    match kind:
        case b"" | b"rsa":
            effort.spend(world, effort.LARGE_KEY)
            return private_keys.named_pem(rsa.generate_private_key(_EXPONENT, _LARGE))
        case b"dsa":
            effort.spend(world, effort.LARGE_KEY)
            return private_keys.named_pem(_dsa())
        case b"ecdsa":
            effort.spend(world, effort.PRIVATE_KEY)
            return private_keys.named_pem(ec.generate_private_key(ec.SECP256R1()))
        case b"ed25519":
            effort.spend(world, effort.PRIVATE_KEY)
            return private_keys.named_pem(ed25519.Ed25519PrivateKey.generate())
        case _:
            return b"Unknown type " + kind


def for_certificate(world: Surroundings) -> rsa.RSAPrivateKey:
    """Return a new key for a certificate."""
    effort.spend(world, effort.RSA_2048)
    return rsa.generate_private_key(_EXPONENT, _CERTIFICATES)


CALLS: Final = {"genPrivateKey": generate}


def _dsa() -> dsa.DSAPrivateKey:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library would rather make no such key; sprig does
        return dsa.generate_private_key(_DSA)
