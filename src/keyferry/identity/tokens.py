"""The port through which this package gets a ServiceAccount's token: Kubernetes' TokenRequest, seen from here."""

from datetime import datetime, timedelta
from typing import Protocol

from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import SecretValue


class ServiceAccountToken(Protocol):
    """A signed token and when it ends. `expires` is the API server's word, which may shorten what was asked."""

    @property
    def token(self) -> SecretValue:
        """The JSON Web Token."""
        ...

    @property
    def expires(self) -> datetime:
        """The instant, aware, at which it ends."""
        ...


class TokenSource(Protocol):
    """Makes tokens for ServiceAccounts. In Kubernetes it needs `create` on `serviceaccounts/token`."""

    async def create_token(
        self,
        account: ServiceAccountRef,
        audiences: tuple[str, ...],
        expiration: timedelta | None = None,
    ) -> ServiceAccountToken:
        """Return a new token of `account` for `audiences`. Raises NotFound, GrantError or Unavailable."""
        ...
