"""The token by which an endpoint that Entra protects knows Event Grid.

https://learn.microsoft.com/azure/event-grid/secure-webhook-delivery
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

APPLICATION: Final = "4962773b-9cdb-44cf-a8bf-237846a00ab7"  # Event Grid in the public cloud; from memory
ROLE: Final = "AzureEventGridSecureWebhookSubscriber"
LIFETIME_SECONDS: Final = 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """Entra's part. `issuer` returns a tenant's issuer, None of an unknown one; `sign` returns a token with claims."""

    issuer: Callable[[str], str | None]
    sign: Callable[[Mapping[str, Any], datetime], str]

    def bearer(self, tenant_id: str, audience: str, principal_id: str, now: datetime) -> str:
        """Return a fresh access token for `audience`. `principal_id` is Event Grid's service principal there."""
        issuer = self.issuer(tenant_id)
        issued = int(now.timestamp())
        claims = {
            "aud": audience,
            "iss": issuer,
            "iat": issued,
            "nbf": issued,
            "exp": issued + LIFETIME_SECONDS,
            "appid": APPLICATION,
            "appidacr": "2",
            "idp": issuer,
            "oid": principal_id,
            "roles": [ROLE],
            "sub": principal_id,
            "tid": tenant_id,
            "ver": "1.0",
        }
        return self.sign(claims, now)
