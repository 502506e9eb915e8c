"""What an injection has to know of the cluster: the pod's ServiceAccount.

From a watch of all of them, of which little is kept; one that the watch does not know is asked for, since a pod may be
created right after its ServiceAccount. Needs "get", "list" and "watch" on serviceaccounts in the whole cluster.
"""

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from typing import Final, Protocol, TypeVar

import msgspec

from keyferry.admit.accounts import AccountCache, account
from keyferry.advice.surroundings import Account
from keyferry.kube.client import Client, Selection
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SERVICE_ACCOUNTS, Resource
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Unavailable, Where

T = TypeVar("T")

PATIENCE: Final = timedelta(seconds=4)  # an API server waits for a webhook 10 seconds where nothing else is said
PROBE: Final = Key(namespace="default", name="default")  # whether it exists or not
PAUSE: Final = timedelta(seconds=2)
READS: Final = 256  # under way at once, so that a flood of pods without ServiceAccounts does not become one of reads


class Reads(Protocol):
    """Reads one object; NotFound where there is none."""

    async def get(
        self, resource: Resource, key: Key, decode: Callable[[bytes], T], *, metadata_only: bool = False
    ) -> T:
        """Return the decoded object."""
        ...


class Accounts:
    """The cluster's ServiceAccounts. `outcomes` counts where answers came from: cache, read, missing or failed."""

    def __init__(
        self, client: Reads, cache: AccountCache, patience: timedelta = PATIENCE, pause: timedelta = PAUSE
    ) -> None:
        """`patience` is for one read; `pause` is between tries while the watch has not told all."""
        self._client = client
        self._cache = cache
        self._patience = patience.total_seconds()
        self._pause = pause.total_seconds()
        self._reading: dict[Key, asyncio.Task[Account | None]] = {}
        self._failure = "the ServiceAccounts are not listed yet"
        self.outcomes: Counter[str] = Counter()

    @property
    def problem(self) -> str:
        """Say why questions about ServiceAccounts could not be answered now, "" where they could."""
        return "" if self._cache.has_synced else self._failure

    async def find(self, key: Key) -> Account | None:
        """Return a ServiceAccount, None where neither the watch nor the API server knows it.

        KeyferryError where the watch does not know it and the API server does not say; SpecError of an impossible name.
        """
        known = self._cache.find(key.namespace, key.name)
        if known is not None:
            self.outcomes["cache"] += 1
            return known
        try:
            found = await self._read(key)
        except KeyferryError:
            self.outcomes["failed"] += 1
            raise
        self.outcomes["read" if found else "missing"] += 1
        return found

    async def keep_trying(self) -> None:
        """Look whether reads succeed until the watch knows all: pods can be answered for from then on."""
        while True:
            await asyncio.sleep(self._pause)
            if self._cache.has_synced:
                return
            with suppress(KeyferryError):
                await self._read(PROBE)

    async def _read(self, key: Key) -> Account | None:
        """Ask the API server, once for all who want to know the same."""
        reading = self._reading.get(key)
        if reading is None:
            if len(self._reading) >= READS:
                raise Unavailable(what="too many ServiceAccounts are being asked for", where=_where(key))
            reading = asyncio.create_task(self._told(key))
            self._reading[key] = reading
            reading.add_done_callback(lambda done: self._read_ended(key, done))
        return await asyncio.shield(reading)

    def _read_ended(self, key: Key, reading: asyncio.Task[Account | None]) -> None:
        self._reading.pop(key)
        if not reading.cancelled():
            reading.exception()  # it is seen, also where all who wanted to know have gone

    async def _told(self, key: Key) -> Account | None:
        """Ask, and note whether the API server answers."""
        try:
            found = await self._ask(key)
        except SpecError:  # a name that is none, which says nothing of the API server
            raise
        except KeyferryError as failure:
            self._failure = failure.what
            raise
        self._failure = ""
        return found

    async def _ask(self, key: Key) -> Account | None:
        try:
            async with asyncio.timeout(self._patience):
                return await self._client.get(SERVICE_ACCOUNTS, key, account, metadata_only=True)
        except NotFound:
            return None
        except msgspec.MsgspecError as problem:
            cause = f"the API server's answer is no ServiceAccount: {type(problem).__name__}"
            raise Unavailable(what="a ServiceAccount cannot be read", cause=cause, where=_where(key)) from None
        except TimeoutError:
            raise Unavailable(
                what="the API server did not tell of a ServiceAccount in time", where=_where(key)
            ) from None


def reflector(client: Client, cache: AccountCache) -> Reflector[Account]:
    """Return what keeps `cache` in step with the cluster."""
    return Reflector(client, SERVICE_ACCOUNTS, account, cache, selection=Selection(metadata_only=True))


def _where(key: Key) -> Where:
    return Where(kind=SERVICE_ACCOUNTS.kind, name=key.name, namespace=key.namespace)
