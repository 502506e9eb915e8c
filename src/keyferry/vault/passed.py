"""A pass in the making, and one that was made. Called by vault.passes."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from keyferry.model.errors import Unavailable
from keyferry.model.secrets import SecretRef
from keyferry.vault.feed import Inventory
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began, Need
from keyferry.vault.surroundings import Place
from keyferry.vault.verified import Listing, Verified


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A pass: the reads that it began, and where it was a list, what it brought."""

    began: Began
    flights: Mapping[SecretRef, asyncio.Task[Verified]]
    inventory: Inventory | None = None

    @property
    def is_whole(self) -> bool:
        """Whether it was a list of all there is."""
        return self.inventory is not None and self.inventory.whole

    def listing(self, place: Place, now: Moment) -> Listing:
        """Return the whole list. Unavailable where it went on beyond all measure."""
        assert self.inventory is not None, "only lists are asked for this"
        if self.inventory.whole:
            return Listing(properties=self.inventory.properties, at=self.began.at.instant(now))
        raise Unavailable(
            what=f"listing {place.kind} failed: {place.vault_url} goes on after {self.inventory.pages} pages",
            cause="its links to the next page lead in a circle, or it holds more objects than keyferry lists",
            remedy="split the vault, or report this to the keyferry project",
        )


@dataclass(slots=True)
class Gathering:
    """Those who wait for the next pass: what they want, and how young."""

    needs: dict[SecretRef, Need] = field(default_factory=dict)
    task: asyncio.Task[Passed] = field(init=False)
