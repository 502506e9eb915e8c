"""Who may deliver events: Event Grid with a token of our tenant, or whoever knows a shared key.

Tokens: https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery. No credential is stored for them, so they
are the better way. Keys come as `?key=` of the endpoint's URL or in a header of the subscription.
"""

import hmac
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from keyferry.model.secrets import SecretValue
from keyferry.model.wellknown import EVENT_GRID_APPLICATION

KEY_HEADER: Final = "x-keyferry-key"
CLOCK_SKEW_SECONDS: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What a token must say: one of the issuers of our tenant, our audience, and the application that delivers."""

    issuers: tuple[str, ...]
    audience: str
    applications: tuple[str, ...] = (EVENT_GRID_APPLICATION,)


def is_known_key(presented: str, keys: Collection[SecretValue]) -> bool:
    """Tell whether the key is one of ours, in a time that does not depend on how much of it is right."""
    given = presented.encode(errors="surrogateescape")  # as aiohttp decodes headers
    equal = [hmac.compare_digest(given, key.reveal()) for key in keys]  # all of them, whichever is found
    return any(equal)


def claims_of(token: str, keys: KeySet) -> Mapping[str, Any] | None:
    """Return the claims of a token that one of `keys` signed with RS256, None for any other."""
    try:
        return jwt.decode(token, keys, algorithms=["RS256"]).claims
    except (JoseError, ValueError, TypeError, KeyError, RecursionError):
        return None


def is_expected(claims: Mapping[str, Any], expected: Expected, now: float) -> bool:
    """Tell whether genuine claims are Event Grid's, for us, and within their time. `now` is in seconds since 1970."""
    begins, ends = _number(claims.get("nbf"), 0.0), _number(claims.get("exp"), 0.0)
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    return (
        claims.get("iss") in expected.issuers
        and expected.audience in audiences
        and (claims.get("azp") or claims.get("appid")) in expected.applications
        and begins - CLOCK_SKEW_SECONDS <= now < ends + CLOCK_SKEW_SECONDS
    )


def _number(claim: object, otherwise: float) -> float:
    """An integer stays one: JSON knows larger ones than a float can be."""
    return claim if isinstance(claim, int | float) else otherwise
