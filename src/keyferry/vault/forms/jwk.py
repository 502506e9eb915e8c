"""Public keys as JSON Web Keys, and from there as PEM.

RFC 7517 and RFC 7518 §6. External Secrets delivers the JSON, the CSI driver's Azure provider the PEM.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from keyferry.model.errors import SpecError, foreign
from keyferry.model.secrets import SecretValue

_ORDER: Final = ("kid", "kty", "key_ops", "n", "e", "crv", "x", "y")
_CURVES: Final[Mapping[str, ec.EllipticCurve]] = {
    "P-256": ec.SECP256R1(),
    "P-384": ec.SECP384R1(),
    "P-521": ec.SECP521R1(),
}


def to_json(parts: Mapping[str, str | bytes | list[str] | None]) -> bytes:
    """Return the key as compact JSON in the order of External Secrets: kid, kty, key_ops, then the public numbers.

    `parts` holds the members by name, numbers as big-endian bytes. What is None is left out, and so are members that
    are not public.
    """
    members = {name: _member(value) for name in _ORDER if (value := parts.get(name)) is not None}
    return json.dumps(members, separators=(",", ":")).encode()


def public_pem(jwk: SecretValue) -> SecretValue:
    """Return the key of `to_json` as a PEM block PUBLIC KEY.

    SpecError for a kind that has no such form here, and for numbers that are no key.
    """
    members: dict[str, Any] = json.loads(jwk.reveal())
    try:
        key = _public_key(members)
    except (KeyError, TypeError, ValueError, UnsupportedAlgorithm):
        raise SpecError(
            what="the vault's answer is not a public key",
            cause="its numbers are missing, or no key of its kind has them",
            remedy="look at the key in the vault, and make it again",
        ) from None
    return SecretValue(key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def _public_key(members: Mapping[str, Any]) -> rsa.RSAPublicKey | ec.EllipticCurvePublicKey:
    match members.get("kty"):
        case "RSA" | "RSA-HSM":
            return rsa.RSAPublicNumbers(_number(members["e"]), _number(members["n"])).public_key()
        case "EC" | "EC-HSM" if members.get("crv") in _CURVES:
            curve = _CURVES[members["crv"]]
            return ec.EllipticCurvePublicNumbers(_number(members["x"]), _number(members["y"]), curve).public_key()
        case kind:
            curve_name = f" on curve {foreign(str(members['crv']))}" if "crv" in members else ""
            raise SpecError(
                what=f"a key of kind {foreign(str(kind))}{curve_name} cannot be written as PEM",
                cause="RSA keys and keys on P-256, P-384 and P-521 can",
                remedy="use a key of one of these kinds",
            )


def _member(value: str | bytes | list[str]) -> str | list[str]:
    return base64.urlsafe_b64encode(value).decode().rstrip("=") if isinstance(value, bytes) else value


def _number(text: str) -> int:
    return int.from_bytes(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
