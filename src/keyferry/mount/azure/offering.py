"""A provider that takes in kubelet's tokens before it asks, for those who do not (publisher does). Called by
provider_server.
"""

from datetime import timedelta

from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.state import Delivery, Mount, Provider


class Offering:
    """Implements mount.state.Provider around another: whoever asks brings the pod's tokens along."""

    def __init__(self, provider: Provider, tokens: KubeletTokens) -> None:
        self._provider = provider
        self._tokens = tokens

    async def deliver(self, mount: Mount, *, interval: timedelta, fresh: bool = False) -> Delivery:
        """Return the provider's answer."""
        self._tokens.offer(mount.pod.account, mount.tokens)
        return await self._provider.deliver(mount, interval=interval, fresh=fresh)
