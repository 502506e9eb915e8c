"""Access tokens: Entra signs them, Key Vault and ARM verify them with the same published keys.

Claims are those of the v1 format: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from collections import OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

ALGORITHM: Final = "RS256"
REMEMBERED_TOKENS: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who an access token speaks for. `issuer` is the `iss` claim, `audience` the `aud` claim."""

    object_id: str
    client_id: str
    tenant_id: str
    issuer: str
    audience: str
    resource_id: str = ""  # the ARM id of a managed identity


class TokenRefusedError(Exception):
    """The token proves nothing. The text is fit for a client."""


class SigningKeys:
    """Entra's keys: it signs with the newest, and publishes the one before it too."""

    def __init__(self, new_key: Callable[[], RSAKey], lifetime: timedelta | None, now: datetime) -> None:
        self._new_key = new_key
        self._lifetime = lifetime
        self._keys = [new_key()]
        self._made = now

    def current(self, now: datetime) -> RSAKey:
        """Return the key to sign with."""
        if self._lifetime is not None and now - self._made >= self._lifetime:
            self._keys = [self._new_key(), self._keys[0]]
            self._made = now
        return self._keys[0]

    def find(self, kid: str) -> RSAKey | None:
        """Return the published key with this id."""
        return next((key for key in self._keys if key.thumbprint() == kid), None)

    def jwks(self) -> dict[str, Any]:
        """Return the published keys as a JSON Web Key Set."""
        return {"keys": [_public(key) for key in self._keys]}


class AccessTokens:
    """Signs and verifies. A token once found genuine is not computed again, only its time is."""

    def __init__(self, keys: SigningKeys) -> None:
        self.keys = keys
        self._genuine: OrderedDict[str, Mapping[str, Any]] = OrderedDict()

    def sign(self, claims: Mapping[str, Any], now: datetime) -> str:
        """Return the token that says `claims`."""
        key = self.keys.current(now)
        kid = key.thumbprint()
        header = {"typ": "JWT", "alg": ALGORITHM, "x5t": kid, "kid": kid}
        return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])

    def verify(self, token: str, now: datetime) -> Caller:
        """Return the caller of a genuine token within its time. Audience and issuer are the service's to judge."""
        claims = self._genuine.get(token) or self._decode(token)
        if not claims["nbf"] <= now.timestamp() < claims["exp"]:
            raise TokenRefusedError("the token is outside its valid time")
        return Caller(
            object_id=claims["oid"],
            client_id=claims["appid"],
            tenant_id=claims["tid"],
            issuer=claims["iss"],
            audience=claims["aud"],
            resource_id=claims.get("xms_mirid", ""),
        )

    def _decode(self, token: str) -> Mapping[str, Any]:
        try:
            claims = jwt.decode(token, lambda parts: self._key(str(parts.headers().get("kid"))), [ALGORITHM]).claims
        except (JoseError, ValueError, TypeError) as refusal:  # TypeError: joserfc on a `crit` that is no list
            raise TokenRefusedError("the token's signature is not one of the issuer's keys'") from refusal
        self._genuine[token] = claims
        if len(self._genuine) > REMEMBERED_TOKENS:
            self._genuine.popitem(last=False)
        return claims

    def _key(self, kid: str) -> RSAKey:
        key = self.keys.find(kid)
        if key is None:
            raise TokenRefusedError("the token's key is not published")
        return key


def _public(key: RSAKey) -> dict[str, Any]:
    kid = key.thumbprint()
    return {**key.as_dict(private=False), "use": "sig", "kid": kid, "x5t": kid}
