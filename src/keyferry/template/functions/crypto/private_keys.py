"""Private keys as Go's x509 package reads and writes them: https://pkg.go.dev/crypto/x509.

RSA keys are checked as Go does it, by their numbers: whether its primes are such is not proven, as that takes 300 ms.
"""

import warnings
from typing import Final, TypeAlias

from cryptography.hazmat.primitives.asymmetric import dsa, ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_der_private_key

from keyferry.forms.pfx import UNREADABLE
from keyferry.template.functions.crypto import effort, pem_blocks
from keyferry.template.functions.function import Fault, Surroundings

Key: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | ed25519.Ed25519PrivateKey
IssuingKey: TypeAlias = Key | dsa.DSAPrivateKey

MOST_BITS: Final = 8_192  # of RSA, and nothing else is as large
_MOST_BYTES: Final = 8_000  # of DER
_NAMES: Final = {
    b"RSA PRIVATE KEY": rsa.RSAPrivateKey,
    b"EC PRIVATE KEY": ec.EllipticCurvePrivateKey,
    b"DSA PRIVATE KEY": dsa.DSAPrivateKey,
}


def of_der(world: Surroundings, content: bytes) -> Key:
    """Return the key of PKCS#1, PKCS#8 or SEC 1, whatever the block around it was called."""
    key = _loaded(world, content)
    if isinstance(key, dsa.DSAPrivateKey):
        raise Fault("the private key is of an unknown kind")
    return key


def of_pem(world: Surroundings, text: bytes) -> IssuingKey:
    """Return the key of the first block, which must be named for what it holds."""
    block = pem_blocks.first(text)
    if block is None:
        raise Fault("there is no PEM block with a private key")
    if block.kind != b"PRIVATE KEY" and block.kind not in _NAMES:
        raise Fault("the PEM block is not named as a private key")
    key = _loaded(world, block.content)
    wanted = _NAMES.get(block.kind)
    if wanted is not None and not isinstance(key, wanted):
        raise Fault("the PEM block is not named for what it holds")
    return key


def pkcs8_pem(key: Key) -> bytes:
    """Return the key as PKCS#8 in a block PRIVATE KEY."""
    return pem_blocks.encoded(b"PRIVATE KEY", key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption()))


def named_pem(key: IssuingKey) -> bytes:
    """Return the key in the older form of its kind and with the name of that; Ed25519, which has none, as PKCS#8."""
    match key:
        case rsa.RSAPrivateKey():
            return _older(b"RSA PRIVATE KEY", key)
        case ec.EllipticCurvePrivateKey():
            return _older(b"EC PRIVATE KEY", key)
        case dsa.DSAPrivateKey():
            return _older(b"DSA PRIVATE KEY", key)
        case _:
            return pkcs8_pem(key)


def _older(name: bytes, key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey | dsa.DSAPrivateKey) -> bytes:
    content = key.private_bytes(Encoding.DER, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    return pem_blocks.encoded(name, content)


def _loaded(world: Surroundings, content: bytes) -> IssuingKey:
    effort.spend(world, effort.PRIVATE_KEY)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # the library warns of kinds that it is about to forget
            key = load_der_private_key(content[:_MOST_BYTES], None, unsafe_skip_rsa_key_validation=True)
    except UNREADABLE:
        raise Fault("the private key cannot be read") from None
    if isinstance(key, rsa.RSAPrivateKey):
        effort.spend(world, effort.use(key.key_size))
    if isinstance(key, rsa.RSAPrivateKey) and not is_sound(key):
        raise Fault("the numbers of the private key do not fit together, or are too large")
    if not isinstance(key, IssuingKey):
        raise Fault("the private key is of an unknown kind")
    return key


def is_sound(key: rsa.RSAPrivateKey) -> bool:
    """Tell whether the numbers of the key fit together, and are not too large."""
    if key.key_size > MOST_BITS:
        return False
    numbers = key.private_numbers()
    p, q, d, e = numbers.p, numbers.q, numbers.d, numbers.public_numbers.e
    fits = p > 1 and q > 1 and p * q == numbers.public_numbers.n
    return fits and d * e % (p - 1) == 1 and d * e % (q - 1) == 1
