"""A client assertion: another issuer's token, or one that the client signed itself; first read without trust.

RFC 7523 §3 and https://learn.microsoft.com/entra/identity-platform/certificate-credentials say what must be in it.
RFC 7515 knows no padding of base64url; the vendor's own clients send it in what they sign, and the service takes it. So
the signature is verified over the text as it came.
"""

import base64
import binascii
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import MGF1, PSS, AsymmetricPadding, PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256

from keyferry.lab.azure.entra.answers import RefusedError

FEDERATED: Final = ("RS256",)  # the only algorithm that Entra takes from a federated issuer
SELF_SIGNED: Final = ("RS256", "PS256")  # with the key of a client's own certificate
_TO_BASE64URL: Final = str.maketrans("+/", "-_")
_PADDINGS: Final[Mapping[str, AsymmetricPadding]] = {  # RFC 7518 §3.3 and §3.5
    "RS256": PKCS1v15(),
    "PS256": PSS(mgf=MGF1(SHA256()), salt_length=SHA256.digest_size),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What the token says. Nothing of it is proven before it is verified."""

    signed: bytes = field(repr=False)  # header and payload as they came, which the signature is about
    signature: bytes = field(repr=False)
    algorithm: str
    type: str | None
    kid: str
    thumbprints: tuple[str, ...]  # of the certificate: `x5t`, `x5t#S256`
    issuer: str
    subject: str
    audiences: tuple[str, ...]
    not_before: float
    expires: float


def read(token: str) -> Assertion:
    """Return the claims of a token that may be anybody's. RefusedError where it is none that Entra could use."""
    header_text, claims_text, signature_text = _parts(token.strip())  # clients send the file's trailing newline along
    header, claims = _object(header_text), _object(claims_text)
    if not isinstance(header.get("alg"), str) or "crit" in header:
        raise _malformed("its header names no algorithm, or asks for what nobody knows")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return Assertion(
        signed=f"{header_text}.{claims_text}".encode(),
        signature=_decoded(signature_text),
        algorithm=header["alg"],
        type=str(header["typ"]) if header.get("typ") is not None else None,
        kid=str(header.get("kid", "")),
        thumbprints=tuple(_thumbprint(header[name]) for name in ("x5t", "x5t#S256") if header.get(name)),
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        audiences=tuple(each for each in audiences if isinstance(each, str)),
        not_before=_number(claims, "nbf", default=0.0),
        expires=_number(claims, "exp"),
    )


def check_header(assertion: Assertion, algorithms: tuple[str, ...]) -> None:
    """Return if the header says that this is a JWT signed by one of `algorithms`. RefusedError otherwise."""
    if assertion.type not in (None, "JWT", "jwt", "at+jwt"):
        raise RefusedError(5002727, "The client assertion's header has a type ('typ') other than JWT.")
    if assertion.algorithm not in algorithms:
        raise RefusedError(
            5002738,
            f"The client assertion is signed by '{assertion.algorithm[:20]}', "
            f"and only {' and '.join(algorithms)} is taken.",
        )


def verify_signature(assertion: Assertion, key: RSAPublicKey) -> None:
    """Return if `key` signed the assertion, whose header was checked before. RefusedError otherwise."""
    try:
        key.verify(assertion.signature, assertion.signed, _PADDINGS[assertion.algorithm], SHA256())
    except InvalidSignature as refusal:
        raise RefusedError(
            700027, f"The client assertion's signature is not that of the key '{assertion.kid[:100]}'."
        ) from refusal


def verify_time(assertion: Assertion, now: datetime) -> None:
    """Return if `now` is within the assertion's time. RefusedError otherwise.

    No clock skew is forgiven. The service is said to forgive some minutes; whoever needs them has a bug to find. But
    `nbf` may be the next whole second: MSAL for JavaScript rounds its clock.
    """
    if not assertion.not_before - 1 < now.timestamp() < assertion.expires:
        raise RefusedError(
            700024,
            f"The client assertion is not within its valid time range. Current time: {_instant(now.timestamp())}, "
            f"valid from {_instant(assertion.not_before)} until {_instant(assertion.expires)}.",
        )


def _parts(text: str) -> tuple[str, str, str]:
    parts = text.split(".")
    if len(parts) != 3 or not text.isascii():
        raise _malformed("it does not have three parts")
    return parts[0], parts[1], parts[2]


def _object(text: str) -> Mapping[str, Any]:
    try:
        content = json.loads(_decoded(text))
    except (ValueError, RecursionError) as refusal:
        raise _malformed("its header and its payload must be JSON") from refusal
    if not isinstance(content, Mapping):
        raise _malformed("its header and its payload must be JSON objects")
    return content


def _decoded(text: str) -> bytes:
    unpadded = text.rstrip("=")
    try:
        return base64.b64decode(unpadded + "=" * (-len(unpadded) % 4), altchars=b"-_", validate=True)
    except binascii.Error as refusal:
        raise _malformed("its parts must be base64url") from refusal


def _thumbprint(written: object) -> str:
    """Return the thumbprint in base64url, where MSAL for Go writes it in plain base64 and the service takes it."""
    return str(written).rstrip("=").translate(_TO_BASE64URL)


def _malformed(reason: str) -> RefusedError:
    return RefusedError(50027, f"The client assertion is not a JSON Web Token that can be used: {reason}.")


def _text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise RefusedError(50027, f"The client assertion has no claim '{name}'.")
    return value


def _number(claims: Mapping[str, Any], name: str, default: float | None = None) -> float:
    value = claims.get(name, default)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise RefusedError(50027, f"The client assertion has no number in its claim '{name}'.")
    try:
        return float(value)
    except OverflowError:
        raise RefusedError(50027, f"The client assertion's claim '{name}' is too large a number.") from None


def _instant(seconds: float) -> str:
    try:
        return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, OverflowError, OSError):
        return "an impossible instant"
