"""Private keys as text: made, read and named by their kind and size.

https://learn.microsoft.com/azure/key-vault/keys/about-keys-details (kinds and sizes that a vault takes)
"""

from collections.abc import Mapping
from typing import Final, cast

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey

RSA_SIZES: Final = (2048, 3072, 4096)
CURVES: Final[Mapping[str, ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
    "P-256K": ec.SECP256K1(),
}
_CURVE_NAMES: Final[Mapping[str, str]] = {curve.name: name for name, curve in CURVES.items()}


def generate(spec: str) -> str:
    """Return a new private key in PEM. `spec` is RSA-2048, RSA-3072, RSA-4096 or a curve's name, as P-256."""
    if spec.startswith("RSA-"):
        return pem(rsa.generate_private_key(public_exponent=65537, key_size=int(spec.removeprefix("RSA-"))))
    return pem(ec.generate_private_key(CURVES[spec]))


def pem(key: PrivateKey) -> str:
    """Return the key in PKCS#8 without a password."""
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def load(text: str) -> PrivateKey:
    """Return the key that `pem` wrote. Nothing is checked again: it takes as long as making a signature."""
    return cast("PrivateKey", load_pem_private_key(text.encode(), None, unsafe_skip_rsa_key_validation=True))


def spec_of(key: object) -> str | None:
    """Return the spec of a key, None where a vault takes none like it."""
    if isinstance(key, rsa.RSAPrivateKey):
        return f"RSA-{key.key_size}" if key.key_size in RSA_SIZES else None
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return _CURVE_NAMES.get(key.curve.name)
    return None
