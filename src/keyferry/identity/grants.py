"""The port behind every credential: how one identity gets an access token, whatever its kind.

Called by identity.credential; federated, stored and lent fill it.
"""

from typing import Protocol

from azure.core.credentials import AccessTokenInfo

Scopes = tuple[str, ...]


class Grant(Protocol):
    """One identity's way to a token. Each call is a try of its own; who asks at once is the credential's business."""

    async def obtain(self, scopes: Scopes, *, claims: str | None, enable_cae: bool) -> AccessTokenInfo:
        """Return a new access token. Raises NotFound, SpecError, GrantError, Throttled or Unavailable.

        `claims` is the text of a claims challenge, to be passed on as it is.
        """
        ...

    def forget(self) -> None:
        """Drop what is kept between tries: what it stands for may have changed."""
        ...

    async def close(self) -> None:
        """End the requests under way."""
        ...
