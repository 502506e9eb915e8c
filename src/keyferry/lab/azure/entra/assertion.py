"""A client assertion: a ServiceAccount token, first read without trust, then verified.

RFC 7523 §3 and https://learn.microsoft.com/entra/identity-platform/certificate-credentials say what must be in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from keyferry.lab.azure.entra.answers import RefusedError

ALGORITHM: Final = "RS256"  # the only one that Entra takes from a federated issuer


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What the token says. Nothing of it is proven before `verify`."""

    text: str
    kid: str
    issuer: str
    subject: str
    audiences: tuple[str, ...]
    not_before: float
    expires: float


def read(token: str) -> Assertion:
    """Return the claims of a token that may be anybody's. RefusedError where it is none that Entra could use."""
    text = token.strip()  # clients send the file's trailing newline along
    try:
        header = jws.extract_compact(text.encode()).headers()
        claims = json.loads(jws.extract_compact(text.encode()).payload)
    except (JoseError, ValueError, RecursionError) as refusal:
        raise RefusedError(50027, "The client assertion is not a JSON Web Token.") from refusal
    if not isinstance(claims, Mapping):
        raise RefusedError(50027, "The client assertion's payload is not a JSON object.")
    _check_header(header)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return Assertion(
        text=text,
        kid=str(header.get("kid", "")),
        issuer=_text(claims, "iss"),
        subject=_text(claims, "sub"),
        audiences=tuple(each for each in audiences if isinstance(each, str)),
        not_before=_number(claims, "nbf", default=0.0),
        expires=_number(claims, "exp"),
    )


def verify_signature(assertion: Assertion, key: RSAKey) -> None:
    """Return if `key` signed the assertion. RefusedError otherwise."""
    try:
        jwt.decode(assertion.text, key, algorithms=[ALGORITHM])
    except (JoseError, ValueError, TypeError) as refusal:  # TypeError: joserfc on a `crit` that is no list
        raise RefusedError(
            700027, f"The client assertion's signature is not that of the key '{assertion.kid[:100]}'."
        ) from refusal


def verify_time(assertion: Assertion, now: datetime) -> None:
    """Return if `now` is within the assertion's time. RefusedError otherwise.

    No clock skew is forgiven. The service is said to forgive some minutes; whoever needs them has a bug to find.
    """
    if not assertion.not_before <= now.timestamp() < assertion.expires:
        raise RefusedError(
            700024,
            f"The client assertion is not within its valid time range. Current time: {_instant(now.timestamp())}, "
            f"valid from {_instant(assertion.not_before)} until {_instant(assertion.expires)}.",
        )


def _check_header(header: Mapping[str, Any]) -> None:
    if header.get("typ") not in (None, "JWT", "jwt", "at+jwt"):
        raise RefusedError(5002727, "The client assertion's header has a type ('typ') other than JWT.")
    if header.get("alg") != ALGORITHM:
        raise RefusedError(
            5002738,
            f"The client assertion is signed by '{str(header.get('alg'))[:20]}', and only {ALGORITHM} is taken.",
        )


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
