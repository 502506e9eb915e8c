"""Signing, encrypting and wrapping with a private key, by the names of algorithms that the service has.

https://learn.microsoft.com/azure/key-vault/keys/about-keys-details#cryptographic-protection (RFC 7518 §3 and §4)
"""

from typing import Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import (
    Prehashed,
    decode_dss_signature,
    encode_dss_signature,
)

from keyferry.lab.azure import private_keys
from keyferry.lab.azure.keyvault.bodies import bad_parameter

_RSA_SIGNATURES: Final = {
    "RS256": hashes.SHA256(),
    "RS384": hashes.SHA384(),
    "RS512": hashes.SHA512(),
    "PS256": hashes.SHA256(),
    "PS384": hashes.SHA384(),
    "PS512": hashes.SHA512(),
}
_EC_SIGNATURES: Final = {
    "ES256": ("P-256", hashes.SHA256()),
    "ES256K": ("P-256K", hashes.SHA256()),
    "ES384": ("P-384", hashes.SHA384()),
    "ES512": ("P-521", hashes.SHA512()),
}
_PADDINGS: Final = {
    "RSA1_5": padding.PKCS1v15(),
    "RSA-OAEP": padding.OAEP(padding.MGF1(hashes.SHA1()), hashes.SHA1(), None),  # noqa: S303  (RFC 7518 §4.3 says SHA-1)
    "RSA-OAEP-256": padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None),
}


def sign(pem: str, algorithm: str, digest: bytes) -> bytes:
    """Return the signature of a digest. RefusedError where algorithm, key and digest do not go together."""
    key = private_keys.load(pem)
    if isinstance(key, rsa.RSAPrivateKey):
        scheme, hash_ = _rsa_scheme(algorithm, digest)
        return key.sign(digest, scheme, Prehashed(hash_))
    hash_ = _ec_hash(key, algorithm, digest)
    r, s = decode_dss_signature(key.sign(digest, ec.ECDSA(Prehashed(hash_))))
    length = (key.curve.key_size + 7) // 8
    return r.to_bytes(length, "big") + s.to_bytes(length, "big")


def verify(pem: str, algorithm: str, digest: bytes, signature: bytes) -> bool:
    """Tell whether the signature is the digest's. RefusedError as in `sign`."""
    key = private_keys.load(pem)
    try:
        if isinstance(key, rsa.RSAPrivateKey):
            scheme, hash_ = _rsa_scheme(algorithm, digest)
            key.public_key().verify(signature, digest, scheme, Prehashed(hash_))
        else:
            hash_ = _ec_hash(key, algorithm, digest)
            half = len(signature) // 2
            parts = int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big")
            key.public_key().verify(encode_dss_signature(*parts), digest, ec.ECDSA(Prehashed(hash_)))
    except InvalidSignature:
        return False
    return True


def encrypt(pem: str, algorithm: str, plain: bytes) -> bytes:
    """Return what only the private key can read. RefusedError where it does not fit."""
    try:
        return _rsa_key(pem, algorithm).public_key().encrypt(plain, _padding(algorithm))
    except ValueError:
        raise bad_parameter("value", "it is too long for the key and the algorithm") from None


def decrypt(pem: str, algorithm: str, sealed: bytes) -> bytes:
    """Return what was encrypted. RefusedError where it was not encrypted so, or for another key."""
    try:
        return _rsa_key(pem, algorithm).decrypt(sealed, _padding(algorithm))
    except ValueError:
        raise bad_parameter("value", "it cannot be decrypted with this key and algorithm") from None


def _rsa_scheme(algorithm: str, digest: bytes) -> tuple[padding.AsymmetricPadding, hashes.HashAlgorithm]:
    hash_ = _RSA_SIGNATURES.get(algorithm)
    if hash_ is None:
        raise bad_parameter("alg", f"an RSA key signs with {', '.join(_RSA_SIGNATURES)}")
    _check_length(digest, hash_)
    if algorithm.startswith("RS"):
        return padding.PKCS1v15(), hash_
    return padding.PSS(padding.MGF1(hash_), hash_.digest_size), hash_


def _ec_hash(key: ec.EllipticCurvePrivateKey, algorithm: str, digest: bytes) -> hashes.HashAlgorithm:
    curve, hash_ = _EC_SIGNATURES.get(algorithm, ("", hashes.SHA256()))
    if curve != private_keys.spec_of(key):
        raise bad_parameter("alg", "it is not the algorithm of the key's curve")
    _check_length(digest, hash_)
    return hash_


def _check_length(digest: bytes, hash_: hashes.HashAlgorithm) -> None:
    if len(digest) != hash_.digest_size:
        raise bad_parameter("value", f"a digest of this algorithm has {hash_.digest_size} bytes")


def _rsa_key(pem: str, algorithm: str) -> rsa.RSAPrivateKey:
    key = private_keys.load(pem)
    if not isinstance(key, rsa.RSAPrivateKey) or algorithm not in _PADDINGS:
        raise bad_parameter("alg", f"keys of a vault encrypt with {', '.join(_PADDINGS)}, and RSA keys alone")
    return key


def _padding(algorithm: str) -> padding.AsymmetricPadding:
    return _PADDINGS[algorithm]
