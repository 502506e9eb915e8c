"""For how long an access token is good.

https://learn.microsoft.com/entra/identity-platform/access-tokens#token-lifetime (60 to 90 minutes, at random)
https://learn.microsoft.com/entra/identity/conditional-access/concept-continuous-access-evaluation (up to 28 hours)
A managed identity's token lasts about a day.
"""

from dataclasses import dataclass
from typing import Final

from keyferry.lab.azure.directory import Application, Client
from keyferry.lab.azure.sources import Sources

CONTINUOUS_ACCESS: Final = "CP1"  # the capability of clients that can meet a claims challenge
MANAGED_IDENTITY_SECONDS: Final = 86_399
_APPLICATION_SECONDS: Final = (3_600, 5_400)
_CONTINUOUS_SECONDS: Final = (24 * 3_600, 28 * 3_600)


@dataclass(slots=True, kw_only=True)
class Lifetimes:
    """`fixed_seconds` takes the place of the service's own lifetimes; it may be set at any time."""

    fixed_seconds: int | None = None

    def seconds(self, client: Client, capabilities: tuple[str, ...], sources: Sources) -> int:
        """Return how many seconds a token for `client` is good for."""
        if self.fixed_seconds is not None:
            return self.fixed_seconds
        if CONTINUOUS_ACCESS in capabilities:
            return _between(_CONTINUOUS_SECONDS, sources)
        return _between(_APPLICATION_SECONDS, sources) if isinstance(client, Application) else MANAGED_IDENTITY_SECONDS


def _between(limits: tuple[int, int], sources: Sources) -> int:
    least, most = limits
    return least + int.from_bytes(sources.random_bytes(4)) % (most - least + 1)
