"""The tokens that a registry signs: refresh tokens, and access tokens for scopes. It trusts nobody else's.

Lifetimes are those of the service: https://github.com/Azure/acr/blob/main/docs/AAD-OAuth.md takes one of each apart.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ISSUER: Final = "Azure Container Registry"
REFRESH: Final = "refresh_token"
ACCESS: Final = "access_token"
REFRESH_LIVES: Final = timedelta(hours=3)
ACCESS_LIVES: Final = timedelta(minutes=75)
_ALGORITHM: Final = "RS256"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bearer:
    """Whom a token of the registry speaks for, and what an access token opens."""

    principal_id: str
    client_id: str
    access: tuple[Mapping[str, Any], ...] = ()


class RegistryTokens:
    """Signs and reads. The key is made when first needed, and goes with the process."""

    def __init__(self, new_key: Callable[[], RSAKey], new_id: Callable[[], str]) -> None:
        self._new_key = new_key
        self._new_id = new_id
        self._made: RSAKey | None = None

    def sign(self, kind: str, host: str, bearer: Bearer, now: datetime) -> str:
        """Return a token of `kind` that is good at `host`."""
        lives = REFRESH_LIVES if kind == REFRESH else ACCESS_LIVES
        issued = int(now.timestamp())
        claims: dict[str, Any] = {
            "jti": self._new_id(),
            "sub": bearer.client_id,
            "nbf": issued,
            "exp": issued + int(lives.total_seconds()),
            "iat": issued,
            "iss": ISSUER,
            "aud": host,
            "version": "1.0",
            "grant_type": kind,
            "appid": bearer.client_id,
            "oid": bearer.principal_id,
        }
        if kind == ACCESS:
            claims["access"] = list(bearer.access)
        return jwt.encode({"typ": "JWT", "alg": _ALGORITHM}, claims, self._key(), algorithms=[_ALGORITHM])

    def read(self, kind: str, host: str, token: str, now: datetime) -> Bearer | None:
        """Return whom a token of `kind` speaks for at `host` now; None where it proves nothing there."""
        try:
            claims = jwt.decode(token, self._key(), [_ALGORITHM]).claims
        except (JoseError, ValueError, TypeError):  # TypeError: joserfc on a `crit` that is no list
            return None
        if (claims["grant_type"], claims["aud"]) != (kind, host):
            return None
        if not claims["nbf"] <= now.timestamp() < claims["exp"]:
            return None
        access = tuple(claims.get("access", ()))
        return Bearer(principal_id=claims["oid"], client_id=claims["appid"], access=access)

    def _key(self) -> RSAKey:
        if self._made is None:
            self._made = self._new_key()
        return self._made
