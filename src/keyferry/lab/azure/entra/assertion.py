"""A client assertion: another issuer's token, or one that the client signed itself; first read without trust.

RFC 7523 §3 and https://learn.microsoft.com/entra/identity-platform/certificate-credentials say what must be in it.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from keyferry.lab.azure.entra.answers import RefusedError

FEDERATED: Final = ("RS256",)  # the only algorithm that Entra takes from a federated issuer
SELF_SIGNED: Final = ("RS256", "PS256")  # with the key of a client's own certificate


@dataclass(frozen=True, slots=True, kw_only=True)
class Assertion:
    """What the token says. Nothing of it is proven before it is verified."""

    text: str = field(repr=False)
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
    text = token.strip()  # clients send the file's trailing newline along
    try:
        header = jws.extract_compact(text.encode()).headers()
        claims = json.loads(jws.extract_compact(text.encode()).payload)
    except (JoseError, ValueError, RecursionError) as refusal:
        raise RefusedError(50027, "The client assertion is not a JSON Web Token.") from refusal
    if not isinstance(claims, Mapping):
        raise RefusedError(50027, "The client assertion's payload is not a JSON object.")
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return Assertion(
        text=text,
        algorithm=str(header.get("alg", "")),
        type=str(header["typ"]) if header.get("typ") is not None else None,
        kid=str(header.get("kid", "")),
        thumbprints=tuple(str(header[name]) for name in ("x5t", "x5t#S256") if header.get(name)),
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


def verify_signature(assertion: Assertion, key: RSAKey, algorithms: tuple[str, ...] = FEDERATED) -> None:
    """Return if `key` signed the assertion. RefusedError otherwise."""
    try:
        jwt.decode(assertion.text, key, algorithms=list(algorithms))
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
