"""Reads values from Key Vault, as seldom as freshness allows. Only observers may import this: the `values` contract
names them.
"""

import asyncio
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import aiohttp

from keyferry.identity.credentials import Credentials
from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.identity import Identity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.runtime.clock import Clock
from keyferry.vault.activity import Activity, FeedView
from keyferry.vault.client import FIRST_SECONDS, Clients
from keyferry.vault.feed import Inventory
from keyferry.vault.feeds import Feeds
from keyferry.vault.sent import Sent
from keyferry.vault.shared import OnChange
from keyferry.vault.source import ClientSource
from keyferry.vault.surroundings import Place
from keyferry.vault.throttle import Budget, Priority
from keyferry.vault.verified import Listing, Verified
from keyferry.vault.versions import Versions

LATEST = SecretVersion("")


class Reader:
    """Values and properties, for the identity that asks and no other.

    All who ask with one identity for objects of one kind of one vault share a feed, which asks the vault what changed.
    Two identities never share an answer, not even an error. `session` is the one that identity.http opened; it stays
    open. Needs the role Key Vault Secrets User.
    """

    def __init__(
        self,
        credentials: Credentials,
        session: aiohttp.ClientSession,
        clock: Clock,
        *,
        budget: Budget | None = None,
        first_seconds: float = FIRST_SECONDS,
    ) -> None:
        """`first_seconds` is how long a crowd may wait for a vault's first answer to an identity."""
        self._credentials = credentials
        self._clients = Clients(credentials, session, clock, budget, first_seconds=first_seconds)
        self._feeds = Feeds(lambda place: ClientSource(self._clients, place), clock)
        self._versions = Versions(self._list_versions, clock)
        self._feeds.on_change(self._versions.changed)

    @property
    def counters(self) -> Mapping[tuple[RequestKind, Outcome], int]:
        """Requests by kind and outcome since the start, retries and challenges included; those to Entra are TOKEN."""
        return Counter(self._clients.tally.snapshot()) + Counter(self._credentials.requests)

    @property
    def activity(self) -> Mapping[Activity, int]:
        """What the feeds did since the start, counted."""
        return self._feeds.activity

    @property
    def clients(self) -> Clients:
        """The clients, for vault.probe to ask through the same lanes."""
        return self._clients

    def feeds(self) -> tuple[FeedView, ...]:
        """Return how each feed asks its vault, and why. No names of objects."""
        return self._feeds.views()

    async def read(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta | None = None, fresh: bool = False
    ) -> Verified:
        """Return the object as `identity` sees it, verified less than half an `interval` ago, or now.

        Look again at `Verified.at + interval`: the value is never older than `interval` then, and consumers of one feed
        fall into one rhythm. With `fresh` the verification begins after this call. Without an interval the object is
        read now and not tracked: nobody is told when it changes.

        Raises NotFound, GrantError, SpecError, Throttled or Unavailable.
        """
        return await self._feeds.read(identity, ref, interval, fresh=fresh)

    def remembered(self, identity: Identity, ref: SecretRef, interval: timedelta) -> Verified | None:
        """Return at once what `read` would, where that is a value in memory and young enough; else None.

        It counts as having asked. A thousand consumers of one pass are served so, without a task for each.
        """
        return self._feeds.remembered(identity, ref, interval)

    async def list_properties(
        self,
        identity: Identity,
        vault_url: VaultUrl,
        *,
        kind: ObjectKind = ObjectKind.SECRET,
        interval: timedelta | None = None,
        fresh: bool = False,
    ) -> Listing:
        """Return the properties of all objects of a vault, in the service's order. Rules and errors are `read`'s."""
        place = Place(vault_url=vault_url, identity=identity, kind=kind)
        return await self._feeds.list_all(place, interval, fresh=fresh)

    async def list_versions(
        self, identity: Identity, ref: SecretRef, *, interval: timedelta, fresh: bool = False
    ) -> Listing:
        """Return the properties of all versions of an object, in the service's order; `ref.version` is of no matter.

        Rules and errors are `read`'s. A list in memory counts no more when the object is seen to change, for which it
        must be read with an interval, too.
        """
        return await self._versions.listing(identity, ref, interval, fresh=fresh)

    def on_change(self, callback: OnChange) -> None:
        """Have the loop call `callback(identity, ref)` when a tracked object is seen to have changed, gone or come.

        `ref.name` is in lower case; "" as `ref.version` stands for the latest. Read again with the consumer's own
        interval: what changed is in memory, so that costs nothing. Where lists are asked for with an interval, it is
        called too for names that nobody reads and that came, went, or have other tags.
        """
        self._feeds.on_change(callback)

    async def keep_looking(self, every: timedelta) -> None:
        """Until cancelled, look at every vault once in `every` for what changed, whatever its consumers' intervals are.

        One list of a vault, 25 objects a page, or as many reads where that is less; `on_change` tells what was found.
        """
        loop = asyncio.get_running_loop()
        begins = loop.time()
        while True:
            begins = max(begins + every.total_seconds(), loop.time())  # from beginning to beginning
            await asyncio.sleep(begins - loop.time())
            await self._feeds.look()

    def woken(
        self,
        vault_url: VaultUrl,
        name: SecretName,
        version: SecretVersion = LATEST,
        kind: ObjectKind = ObjectKind.SECRET,
    ) -> Activity:
        """Take in an event of a new version: whoever tracks the object reads it now; see `on_change`.

        Returns at once: EVENT_USED, EVENT_IGNORED (that version is held), or EVENT_UNKNOWN (nobody tracks it). An event
        is a hint and is never believed. One of a certificate wakes its secret and its key, too.
        """
        return self._feeds.woken(vault_url, name, version, kind)

    def forget(self, identity: Identity) -> None:
        """Forget that Entra or a vault refused `identity`: what it was refused for may be mended."""
        self._credentials.forget(identity)
        self._feeds.forget(identity)

    async def aclose(self) -> None:
        """End the reads under way and let all values go. The session and the credentials are the caller's to close."""
        await self._versions.aclose()
        await self._feeds.aclose()
        self._clients.close()

    async def _list_versions(
        self, identity: Identity, ref: SecretRef, priority: Priority, most_pages: int, sent: Sent
    ) -> Inventory:
        return await self._clients.of(ref.vault_url, identity).list_versions(ref, priority, most_pages, sent)
