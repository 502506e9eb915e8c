"""All feeds of a process: one for each (vault, identity, kind), over one store of values. Called by vault.reader.

Nothing is found in one feed that another identity's feed saw.
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Final

from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.runtime.clock import Clock
from keyferry.vault.activity import Activity, FeedView
from keyferry.vault.cache import Cache
from keyferry.vault.feed import folded
from keyferry.vault.moment import Moment
from keyferry.vault.passes import Passes
from keyferry.vault.shared import OnChange, Owned, Shared
from keyferry.vault.surroundings import Place, Source
from keyferry.vault.verified import Listing, Verified

SWEPT_EVERY: Final = timedelta(minutes=1)
_NO_FEEDS: Final[Mapping[Identity, Passes]] = {}


class Feeds:
    """Answers from memory, from a pass, or from the vault, as each feed decides."""

    def __init__(self, source_of: Callable[[Place], Source], clock: Clock, cache: Cache | None = None) -> None:
        self._source_of = source_of
        self._shared = Shared(clock, cache if cache is not None else Cache())
        self._feeds: dict[tuple[VaultUrl, ObjectKind], dict[Identity, Passes]] = {}
        self._swept: Moment | None = None

    @property
    def activity(self) -> Mapping[Activity, int]:
        """What was done since the start, counted."""
        return dict(self._shared.activity)

    def views(self) -> tuple[FeedView, ...]:
        """Return how each feed asks its vault, and why."""
        return tuple(_view(place, feed, self._shared.now()) for place, feed in self._all())

    def on_change(self, callback: OnChange) -> None:
        """Have `callback` called soon after something changed; see Reader.on_change."""
        self._shared.callbacks.append(callback)

    async def read(self, identity: Identity, ref: SecretRef, interval: timedelta | None, *, fresh: bool) -> Verified:
        """Return an object; see Reader.read."""
        feed = self._of(Place(vault_url=ref.vault_url, identity=identity, kind=ref.kind))
        return await feed.read(_folded(ref), interval, fresh=fresh)

    def remembered(self, identity: Identity, ref: SecretRef, interval: timedelta) -> Verified | None:
        """Return an object from memory; see Reader.remembered."""
        feed = self._feeds.get((ref.vault_url, ref.kind), _NO_FEEDS).get(identity)
        if feed is None:
            return None
        now, known = self._shared.now(), _folded(ref)
        entry = feed.feed.remembered(known, interval, now)
        bundle = None if entry is None else self._shared.cache.get(identity, known)
        if bundle is None or entry is None or entry.since is None:
            return None
        self._shared.activity[Activity.FROM_MEMORY] += 1
        return Verified(bundle=bundle, at=entry.since.instant(now))

    async def list_all(self, place: Place, interval: timedelta | None, *, fresh: bool) -> Listing:
        """Return all properties; see Reader.list_properties."""
        return await self._of(place).list_all(interval, fresh=fresh)

    async def look(self) -> None:
        """Verify all that lists can tell of, in every vault at once; see Reader.keep_looking."""
        self._sweep()
        await asyncio.gather(*(feed.look() for _, feed in tuple(self._all())))

    def woken(self, vault_url: VaultUrl, name: SecretName, version: SecretVersion, kind: ObjectKind) -> Activity:
        """Take in an event for all identities that ask for its object; see Reader.woken."""
        kinds = tuple(ObjectKind) if kind is ObjectKind.CERTIFICATE else (kind,)
        feeds = [feed for one in kinds for feed in self._feeds.get((vault_url, one), {}).values()]
        outcomes = {feed.woken(folded(name), version) for feed in feeds}
        known = (one for one in (Activity.EVENT_USED, Activity.EVENT_IGNORED) if one in outcomes)
        outcome = next(known, Activity.EVENT_UNKNOWN)
        self._shared.activity[outcome] += 1
        return outcome

    def forget(self, identity: Identity) -> None:
        """Forget that `identity` was refused to list."""
        for place, feed in self._all():
            if place.identity == identity:
                feed.feed.choice.forget()

    async def aclose(self) -> None:
        """End what is under way, and let all values go."""
        for _, feed in tuple(self._all()):
            await feed.aclose()
        self._feeds.clear()
        self._shared.cache.clear()

    def _of(self, place: Place) -> Passes:
        self._sweep()
        owners = self._feeds.setdefault((place.vault_url, place.kind), {})
        feed = owners.get(place.identity)
        if feed is None:
            feed = owners[place.identity] = Passes(self._source_of(place), Owned(place, self._shared))
        return feed

    def _sweep(self) -> None:
        """Now and then let go what nobody asks for any more, values and feeds."""
        now = self._shared.now()
        if self._swept is not None and self._swept.age(now) < SWEPT_EVERY:
            return
        self._swept = now
        for place, feed in tuple(self._all()):
            feed.drop_forgotten()
            if feed.is_idle:
                del self._feeds[place.vault_url, place.kind][place.identity]
        self._feeds = {key: owners for key, owners in self._feeds.items() if owners}

    def _all(self) -> Iterator[tuple[Place, Passes]]:
        for (vault_url, kind), owners in self._feeds.items():
            for identity, feed in owners.items():
                yield Place(vault_url=vault_url, identity=identity, kind=kind), feed


def _folded(ref: SecretRef) -> SecretRef:
    name = folded(ref.name)
    return ref if name == ref.name else replace(ref, name=name)


def _view(place: Place, feed: Passes, now: Moment) -> FeedView:
    choice = feed.feed.choice
    return FeedView(
        vault_url=place.vault_url,
        identity=place.identity,
        kind=place.kind,
        tracked=len(feed.feed),
        pages=choice.pages,
        mode=choice.mode,
        why=choice.why,
        last_pass=feed.last_pass.instant(now) if feed.last_pass is not None else None,
    )
