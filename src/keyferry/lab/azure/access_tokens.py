"""Access tokens: Entra signs them, Key Vault and ARM verify them with the same published keys.

Claims are those of the v1 format: https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import RSAKey

from keyferry.lab.azure.signing_keys import SigningKeys

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


class AccessTokens:
    """Signs and verifies. A token once found genuine is not computed again, only its time is."""

    def __init__(self, keys: SigningKeys) -> None:
        self.keys = keys
        self._genuine: OrderedDict[str, tuple[str, Mapping[str, Any]]] = OrderedDict()

    def sign(self, claims: Mapping[str, Any], now: datetime) -> str:
        """Return the token that says `claims`."""
        kid, key = self.keys.current(now)
        header = {"typ": "JWT", "alg": ALGORITHM, "x5t": kid, "kid": kid}
        return jwt.encode(header, dict(claims), key, algorithms=[ALGORITHM])

    def verify(self, token: str, now: datetime) -> Caller:
        """Return the caller of a genuine token within its time. Audience and issuer are the service's to judge."""
        kid, claims = self._genuine.get(token) or self._decode(token, now)
        self._key(kid, now)  # a key that was retired since vouches for nothing
        if not claims["nbf"] <= now.timestamp() < claims["exp"]:
            raise TokenRefusedError("the token is outside its valid time")
        return Caller(
            object_id=claims["oid"],
            client_id=claims["appid"] if "appid" in claims else claims["azp"],  # v1.0 format, v2.0 format
            tenant_id=claims["tid"],
            issuer=claims["iss"],
            audience=claims["aud"],
            resource_id=claims.get("xms_mirid", ""),
        )

    def _decode(self, token: str, now: datetime) -> tuple[str, Mapping[str, Any]]:
        try:
            decoded = jwt.decode(token, lambda parts: self._key(str(parts.headers().get("kid")), now), [ALGORITHM])
        except (JoseError, ValueError, TypeError) as refusal:  # TypeError: joserfc on a `crit` that is no list
            raise TokenRefusedError("the token's signature is not one of the issuer's keys'") from refusal
        genuine = str(decoded.header["kid"]), decoded.claims
        self._genuine[token] = genuine
        if len(self._genuine) > REMEMBERED_TOKENS:
            self._genuine.popitem(last=False)
        return genuine

    def _key(self, kid: str, now: datetime) -> RSAKey:
        key = self.keys.find(kid, now)
        if key is None:
            raise TokenRefusedError("the token's key is not published")
        return key
