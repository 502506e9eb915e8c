"""A cluster's TokenRequest in miniature: tokens with the right claims and no real signature."""

import asyncio
import base64
import itertools
from dataclasses import dataclass
from datetime import datetime, timedelta

import msgspec

from keyferry.model.errors import NotFound
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock

ISSUER = "https://oidc.example.com/cluster-1/"


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeToken:
    token: SecretValue
    expires: datetime


class FakeTokenSource:
    """Knows some ServiceAccounts. `lifetime` is what its API server grants, whatever is asked."""

    def __init__(self, clock: Clock, *accounts: ServiceAccountRef, issuer: str = ISSUER) -> None:
        self.accounts = set(accounts)
        self.issuer = issuer
        self.lifetime = timedelta(hours=1)
        self.requests = 0
        self._clock = clock
        self._serial = itertools.count(1)

    async def create_token(
        self,
        account: ServiceAccountRef,
        audiences: tuple[str, ...],
        expiration: timedelta | None = None,
    ) -> FakeToken:
        self.requests += 1
        await asyncio.sleep(0)
        if account not in self.accounts:
            raise NotFound(what=f"ServiceAccount {account} does not exist", remedy="create it")
        expires = self._clock.now() + self.lifetime
        claims = {
            "iss": self.issuer,
            "sub": f"system:serviceaccount:{account.namespace}:{account.name}",
            "aud": list(audiences),
            "exp": int(expires.timestamp()),
            "jti": str(next(self._serial)),
        }
        return FakeToken(token=SecretValue(unsigned_jwt(claims).encode()), expires=expires)


def unsigned_jwt(claims: object) -> str:
    """Three parts as a JSON Web Token has them; the third signs nothing."""
    header = base64.urlsafe_b64encode(b'{"alg":"RS256","kid":"k"}').rstrip(b"=").decode()
    payload = base64.urlsafe_b64encode(msgspec.json.encode(claims)).rstrip(b"=").decode()
    return f"{header}.{payload}.c2lnbmF0dXJl"
