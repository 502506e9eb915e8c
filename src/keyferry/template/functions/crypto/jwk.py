"""JSON Web Keys as PEM: `jwkPublicKeyPem` for a public one, `jwkPrivateKeyPem` for one with its private numbers.

RFC 7517, RFC 7518 §6, RFC 8037. Members are read as upstream's library does (https://github.com/lestrrat-go/jwx 2.1):
Base64 of either alphabet, padded or not; kinds that Key Vault alone names, as RSA-HSM, are unknown.
"""

import base64
import re
from collections.abc import Mapping
from typing import Any, Final

import msgspec
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keyferry.forms.pfx import UNREADABLE
from keyferry.template.functions.crypto import effort, pem_blocks, private_keys
from keyferry.template.functions.function import Fault, Surroundings

_CURVES: Final[Mapping[str, ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}
_BASE64: Final = re.compile(rb"[A-Za-z0-9+/]*(=*)")
_MOST_BYTES: Final = 1_024  # of a number: RSA of 8,192 bits
_TEXTS: Final = ("kid", "use", "x5u", "x5t", "x5t#S256", "alg")

PublicKey = rsa.RSAPublicKey | ec.EllipticCurvePublicKey | ed25519.Ed25519PublicKey


def public_key_pem(world: Surroundings, text: bytes) -> bytes:
    """Return the public key as a block PUBLIC KEY; Fault for a private one."""
    members = _members(world, text)
    if "d" in members:
        raise Fault("the JWK is a private key")
    key = _made(_public, members)
    return pem_blocks.encoded(b"PUBLIC KEY", key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))


def private_key_pem(world: Surroundings, text: bytes) -> bytes:
    """Return the private key as a block PRIVATE KEY; Fault for a public one."""
    members = _members(world, text)
    if "d" not in members:
        raise Fault("the JWK is not a private key")
    return private_keys.pkcs8_pem(_made(_private, members))


CALLS: Final = {"jwkPublicKeyPem": public_key_pem, "jwkPrivateKeyPem": private_key_pem}


def _members(world: Surroundings, text: bytes) -> dict[str, Any]:
    effort.spend(world, effort.PRIVATE_KEY, len(text))
    try:
        members = msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, RecursionError):
        raise Fault("the JWK is no JSON object") from None
    if any(not isinstance(members.get(name, ""), str) for name in _TEXTS):
        raise Fault("a member of the JWK is no text")
    return members


def _made(make: Any, members: Mapping[str, Any]) -> Any:
    try:
        return make(members)
    except UNREADABLE:
        raise Fault("the numbers of the JWK are those of no key") from None


def _public(members: Mapping[str, Any]) -> PublicKey:
    match members.get("kty"), members.get("crv"):
        case "RSA", _:
            return _rsa(members).public_key()
        case "EC", str(curve) if curve in _CURVES:
            return _ec(members, _CURVES[curve]).public_key()
        case "OKP", "Ed25519":
            return ed25519.Ed25519PublicKey.from_public_bytes(_bytes(members, "x"))
    raise Fault("the JWK is of a kind that has no such PEM")


def _private(members: Mapping[str, Any]) -> private_keys.Key:
    match members.get("kty"), members.get("crv"):
        case "RSA", _:
            return _private_rsa(members)
        case "EC", str(curve) if curve in _CURVES:
            return ec.EllipticCurvePrivateNumbers(_number(members, "d"), _ec(members, _CURVES[curve])).private_key()
        case "OKP", "Ed25519":
            key = ed25519.Ed25519PrivateKey.from_private_bytes(_bytes(members, "d"))
            if key.public_key().public_bytes_raw() != _bytes(members, "x"):
                raise Fault("the numbers of the JWK are those of no key")
            return key
    raise Fault("the JWK is of a kind that has no such PEM")


def _private_rsa(members: Mapping[str, Any]) -> rsa.RSAPrivateKey:
    """Return the key; the numbers that follow from its primes are worked out anew, as they may be absent."""
    p, q, d = (_number(members, name) for name in ("p", "q", "d"))
    if min(p, q) < 2:
        raise Fault("the JWK lacks its primes")
    numbers = rsa.RSAPrivateNumbers(
        p, q, d, rsa.rsa_crt_dmp1(d, p), rsa.rsa_crt_dmq1(d, q), rsa.rsa_crt_iqmp(p, q), _rsa(members)
    )
    key = numbers.private_key(unsafe_skip_rsa_key_validation=True)
    if not private_keys.is_sound(key):
        raise Fault("the numbers of the JWK are those of no key")
    return key


def _rsa(members: Mapping[str, Any]) -> rsa.RSAPublicNumbers:
    return rsa.RSAPublicNumbers(_number(members, "e"), _number(members, "n"))


def _ec(members: Mapping[str, Any], curve: ec.EllipticCurve) -> ec.EllipticCurvePublicNumbers:
    return ec.EllipticCurvePublicNumbers(_number(members, "x"), _number(members, "y"), curve)


def _number(members: Mapping[str, Any], name: str) -> int:
    return int.from_bytes(_bytes(members, name))


def _bytes(members: Mapping[str, Any], name: str) -> bytes:
    text = members.get(name)
    if not isinstance(text, str):
        raise Fault("the JWK lacks a number of its kind")
    standard = text.encode().translate(bytes.maketrans(b"-_", b"+/"), b"\r\n")
    found = _BASE64.fullmatch(standard)
    if found is None or (found[1] and len(standard) % 4) or len(standard) > 2 * _MOST_BYTES:
        raise Fault("a number of the JWK is not Base64, or too long")
    return base64.b64decode(standard.rstrip(b"=") + b"=" * (-len(standard.rstrip(b"=")) % 4))
