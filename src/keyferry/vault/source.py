"""What a feed asks, asked through the clients: one place's objects and lists. Called by vault.passes."""

from keyferry.model.secrets import SecretBundle, SecretRef
from keyferry.vault.client import Clients
from keyferry.vault.feed import Inventory
from keyferry.vault.sent import Sent
from keyferry.vault.surroundings import Place
from keyferry.vault.throttle import Priority


class ClientSource:
    """The client of a place, looked up for each question: the pool may let it go in between."""

    def __init__(self, clients: Clients, place: Place) -> None:
        self._clients = clients
        self._place = place

    async def read(self, ref: SecretRef, priority: Priority, sent: Sent) -> SecretBundle:
        """Return one object with its value."""
        return await self._clients.of(self._place.vault_url, self._place.identity).get(ref, priority, sent)

    async def list_all(self, priority: Priority, most_pages: int, sent: Sent) -> Inventory:
        """Return what `most_pages` pages hold, or all there are."""
        client = self._clients.of(self._place.vault_url, self._place.identity)
        return await client.list_pages(self._place.kind, priority, most_pages, sent)
