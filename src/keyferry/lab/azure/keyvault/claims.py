"""What a genuine access token says beside who it speaks for: when it was issued, and what its client understands.

https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
https://learn.microsoft.com/entra/identity-platform/claims-challenge (`xms_cc`)
"""

import base64
import json
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

CLAIMS_CHALLENGES: Final = "CP1"  # the client capability: it answers claims challenges


@lru_cache(maxsize=1024)
def of(token: str) -> Mapping[str, Any]:
    """Return the claims of a token whose signature was found genuine. Nothing is verified here."""
    payload = token.split(".")[1]
    content: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    return MappingProxyType(content)


def issued(claims: Mapping[str, Any]) -> int:
    """Return when the token was issued, in unix seconds."""
    return int(claims.get("iat", 0))


def answers_challenges(claims: Mapping[str, Any]) -> bool:
    """Tell whether the token's client declared that it answers claims challenges."""
    capabilities = claims.get("xms_cc", ())
    return CLAIMS_CHALLENGES in ([capabilities] if isinstance(capabilities, str) else capabilities)
