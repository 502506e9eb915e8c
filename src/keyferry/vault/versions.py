"""The lists of objects' versions, each for the identity that asked for it and no other. Called by vault.reader.

A list is kept as long as its object's latest version is not seen to change and half the asker's interval has not
passed; those who need one at the same moment share it.
"""

import asyncio
import itertools
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from keyferry.identity.recent import Recent
from keyferry.model.errors import Unavailable, Where
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretProperties, SecretRef, SecretVersion
from keyferry.runtime.clock import Clock
from keyferry.vault.feed import Inventory, folded
from keyferry.vault.moment import Moment
from keyferry.vault.need import Began, Need
from keyferry.vault.reads import Reads
from keyferry.vault.sent import Sent
from keyferry.vault.throttle import Priority
from keyferry.vault.verified import Listing

KEPT: Final = 1_000  # lists; one that is let go is asked for again
MOST_PAGES: Final = 1_000  # 25,000 versions: beyond it a list is taken to run in circles

ListVersions = Callable[[Identity, SecretRef, Priority, int, Sent], Awaitable[Inventory]]
_Key = tuple[Identity, SecretRef]


@dataclass(slots=True)
class _Entry:
    """What is known of one object's versions: the last list, and the order after which only another one counts."""

    properties: tuple[SecretProperties, ...] = ()
    began: Began | None = None
    doubted: int = 0

    def counts(self, interval: timedelta, now: Moment) -> bool:
        """Tell whether the list is there and young enough, for half the interval as all that is in memory."""
        return self.began is not None and self.began.order > self.doubted and self.began.at.age(now) < interval / 2


class Versions:
    """Not thread-safe; one event loop owns it. `list_versions` asks a vault."""

    def __init__(self, list_versions: ListVersions, clock: Clock) -> None:
        self._list_versions = list_versions
        self._clock = clock
        self._orders = itertools.count(1)
        self._entries: Recent[_Key, _Entry] = Recent(KEPT)
        self._reads: Reads[_Key, Listing] = Reads(lambda: Sent(self._begin))

    async def listing(self, identity: Identity, ref: SecretRef, interval: timedelta, *, fresh: bool) -> Listing:
        """Return the properties of all versions of an object, in the service's order; see Reader.list_versions."""
        ref = _latest(ref)
        entry, now = self._entry((identity, ref)), self._now()
        if not fresh and entry.began is not None and entry.counts(interval, now):
            return Listing(properties=entry.properties, at=entry.began.at.instant(now))
        order = next(self._orders) if fresh else entry.doubted + 1
        priority = Priority.FIRST_READ if entry.began is None or fresh else Priority.REFRESH
        need = Need(order=order, ticks=now.ticks - interval / 2)
        flight = self._reads.join((identity, ref), need, lambda sent: self._fly((identity, ref), priority, sent))
        return await asyncio.shield(flight)

    def changed(self, identity: Identity, ref: SecretRef) -> None:
        """Take in that an object was seen to change: what is known of its versions counts no more."""
        key = (identity, _latest(ref))
        if key in self._entries:
            self._entry(key).doubted = next(self._orders)

    async def aclose(self) -> None:
        """End what is under way, and let all lists go."""
        await self._reads.aclose()
        self._entries.clear()

    async def _fly(self, key: _Key, priority: Priority, sent: Sent) -> Listing:
        inventory = await self._list_versions(*key, priority, MOST_PAGES, sent)
        if not inventory.whole:
            raise _endless(key[1])
        entry, began = self._entry(key), sent.as_list()
        entry.properties, entry.began = inventory.properties, began
        return Listing(properties=inventory.properties, at=began.at.instant(self._now()))

    def _entry(self, key: _Key) -> _Entry:
        return self._entries.take(key, _Entry)

    def _begin(self) -> Began:
        return Began(order=next(self._orders), at=self._now())

    def _now(self) -> Moment:
        return Moment(at=self._clock.now(), ticks=timedelta(seconds=asyncio.get_running_loop().time()))


def _latest(ref: SecretRef) -> SecretRef:
    return replace(ref, name=folded(ref.name), version=SecretVersion(""))


def _endless(ref: SecretRef) -> Unavailable:
    return Unavailable(
        what=f"listing the versions of {ref.name} has no end",
        cause=f"{ref.vault_url} sent {MOST_PAGES} pages, and a link to one more",
        remedy="look for a proxy that answers in the vault's place",
        where=Where(kind="Key Vault", name=ref.vault_url, path=f"{ref.kind}/{ref.name}"),
    )
