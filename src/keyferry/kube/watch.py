"""Keeps a sink equal to a resource: a paged list, then a watch that resumes, relists when it must and loses nothing."""

import asyncio
from collections.abc import Callable
from contextlib import aclosing
from dataclasses import dataclass
from datetime import timedelta
from secrets import SystemRandom
from typing import Final, Generic, Protocol, TypeVar

import msgspec
import structlog

from keyferry.kube.client import WATCH_IDLE, WATCH_TIMEOUT, Client, Selection
from keyferry.kube.controller import backoff
from keyferry.kube.errors import Expired
from keyferry.kube.wire import objects, watch
from keyferry.kube.wire.objects import Envelope, Key
from keyferry.kube.wire.resources import Resource
from keyferry.kube.wire.watch import WatchEvent
from keyferry.model.errors import KeyferryError, foreign

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)

_LOG = structlog.get_logger(__name__)
_RANDOM: Final = SystemRandom()


class Sink(Protocol[T_contra]):
    """Is told what exists. Calls come from one task, in order; none may block."""

    def applied(self, key: Key, value: T_contra, /) -> None:
        """The object exists and looks like this."""
        ...

    def deleted(self, key: Key, /) -> None:
        """The object exists no longer."""
        ...

    def undecodable(self, key: Key, problem: str, /) -> None:
        """The object exists and cannot be read, for the reason given (no value in it)."""
        ...

    def synced(self) -> None:
        """Everything that exists was told once. Called once."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pace:
    """The times of a reflector. A watch lasts between `timeout` and twice that, so that reconnections spread out."""

    timeout: timedelta = WATCH_TIMEOUT
    idle: timedelta = WATCH_IDLE
    first_wait: timedelta = timedelta(milliseconds=500)
    longest_wait: timedelta = timedelta(seconds=30)
    shortest_watch: timedelta = timedelta(seconds=1)  # an empty one that ends sooner counts as a failure
    page_size: int = 500
    jitter: Callable[[], float] = _RANDOM.random  # in [0, 1)


class Reflector(Generic[T]):
    """Feeds one sink from one resource until cancelled.

    After `410 Gone` it lists again and tells the sink of every object that disappeared meanwhile. An object that
    `decode` refuses is reported and stops nothing.
    """

    def __init__(
        self,
        client: Client,
        resource: Resource,
        decode: Callable[[bytes], T],
        sink: Sink[T],
        *,
        selection: Selection | None = None,
        pace: Pace | None = None,
    ) -> None:
        self._client = client
        self._resource = resource
        self._decode = decode
        self._sink = sink
        self._selection = selection or Selection()
        self._pace = pace or Pace()
        self._versions: dict[Key, tuple[str, str]] = {}
        self._resource_version = ""
        self._page_size = self._pace.page_size
        self._failures = 0
        self._synced = asyncio.Event()
        self._log = _LOG.bind(resource=str(resource))
        self.failing: KeyferryError | None = None  # why the sink may be out of date, for health reports

    @property
    def has_synced(self) -> bool:
        """Whether the sink knows everything that existed at the first list."""
        return self._synced.is_set()

    async def wait_synced(self) -> None:
        """Return once `has_synced`."""
        await self._synced.wait()

    async def run(self) -> None:
        """List and watch until cancelled. No failure of the API server ends it."""
        while True:
            try:
                if not self._resource_version:
                    await self._list()
                await self._watch()
            except Expired as problem:
                await self._after_expiry(problem)
            except KeyferryError as problem:
                await self._after_failure(problem)

    async def _list(self) -> None:
        """Tell the sink the present state, then delete what it knew and the list no longer has."""
        missing = set(self._versions)
        version = ""
        pages = self._client.pages(self._resource, self._selection, limit=self._page_size)
        async with aclosing(pages):
            async for page in pages:
                for item in page.items:
                    seen = self._apply(item)
                    if seen is not None:
                        missing.discard(seen.key)
                version = page.resource_version
        for key in missing:
            self._delete(key)
        self._resource_version = version
        self._page_size = self._pace.page_size
        self._mark_synced()

    async def _watch(self) -> None:
        loop = asyncio.get_running_loop()
        started = loop.time()
        heard = False
        batches = self._client.watch(
            self._resource,
            self._selection,
            self._resource_version,
            timeout=self._pace.timeout * (1 + self._pace.jitter()),
            idle=self._pace.idle,
        )
        async with aclosing(batches):
            async for batch in batches:
                self.failing = None
                for event in batch:
                    self._take(event)
                    heard = True
        if heard or loop.time() - started >= self._pace.shortest_watch.total_seconds():
            self._failures = 0
        else:
            await self._wait()  # the server, or a proxy before it, ends watches at once

    def _take(self, event: WatchEvent) -> None:
        if event.type in (watch.ADDED, watch.MODIFIED):
            self._advance(self._apply(event.object))
        elif event.type == watch.DELETED:
            gone = self._identify(event.object)
            if gone is not None:
                self._delete(gone.key)
            self._advance(gone)
        elif event.type == watch.BOOKMARK:
            self._advance(self._identify(event.object))
        else:
            self._log.warning("watch.unknown_event", type=foreign(event.type))

    def _apply(self, item: msgspec.Raw) -> Envelope | None:
        """Tell the sink of one object, unless it knows this very version. None when it is no object at all."""
        seen = self._identify(item)
        if seen is None:
            return None
        key, version = seen.key, (seen.metadata.uid, seen.metadata.resource_version)
        known = self._versions.get(key)
        if known == version:
            return seen
        if known is not None and known[0] != version[0]:
            self._sink.deleted(key)  # deleted and created again while nobody looked
        self._versions[key] = version
        try:
            value = self._decode(bytes(item))
        except Exception as problem:  # noqa: BLE001  (whatever one object does to its decoder, the others go on)
            self._log.warning("watch.undecodable_object", key=str(key), reason=_reason(problem))
            self._sink.undecodable(key, _reason(problem))
        else:
            self._sink.applied(key, value)
        return seen

    def _delete(self, key: Key) -> None:
        self._versions.pop(key, None)
        self._sink.deleted(key)

    def _identify(self, item: msgspec.Raw) -> Envelope | None:
        try:
            return objects.envelope(item)
        except msgspec.MsgspecError as problem:
            self._log.warning("watch.nameless_object", error=type(problem).__name__)
            return None

    def _advance(self, seen: Envelope | None) -> None:
        if seen is not None and seen.metadata.resource_version:
            self._resource_version = seen.metadata.resource_version

    def _mark_synced(self) -> None:
        if not self._synced.is_set():
            self._sink.synced()
            self._synced.set()

    async def _after_expiry(self, problem: Expired) -> None:
        """List again, at once the first time: that is normal after a long pause. A list that expired is not paged."""
        if not self._resource_version:
            self._page_size = 0
        self._resource_version = ""
        self._log.info("watch.expired", objects=len(self._versions))
        if self._failures:
            self.failing = problem
            await self._wait()
        self._failures += 1

    async def _after_failure(self, problem: KeyferryError) -> None:
        self.failing = problem
        self._log.warning("watch.failed", error=type(problem).__name__, reason=str(problem), failures=self._failures)
        await self._wait()

    async def _wait(self) -> None:
        pause = backoff.wait(
            self._failures,
            self._pace.jitter(),
            first=self._pace.first_wait,
            longest=self._pace.longest_wait,
        )
        self._failures += 1
        await asyncio.sleep(pause.total_seconds())


def _reason(problem: Exception) -> str:
    """Return why an object was refused. The text of unknown errors may quote a value, so their type must do."""
    if isinstance(problem, (msgspec.MsgspecError, KeyferryError)):
        return foreign(str(problem))
    return f"{type(problem).__name__} while decoding"
