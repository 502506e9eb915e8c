"""Leader election over a Lease: acquires it, keeps it, says when it is lost, gives it back."""

import asyncio
from collections.abc import Callable
from secrets import SystemRandom
from typing import Final, Protocol, TypeVar, assert_never

import structlog

from keyferry.kube.controller.election import Candidate, Create, Stand, Terms, Write
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire import leases
from keyferry.kube.wire.leases import Lease
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import LEASES, Resource
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.runtime.clock import Clock

_LOG = structlog.get_logger(__name__)
_RANDOM: Final = SystemRandom()
_RETRY_SPREAD: Final = 0.2  # candidates that start together drift apart; client-go spreads more, for larger crowds


T = TypeVar("T")


class LeaseApi(Protocol):
    """What an elector needs of `kube.client.Client`, whose errors it expects."""

    async def get(self, resource: Resource, key: Key, decode: Callable[[bytes], T], /) -> T:
        """Read the Lease."""
        ...

    async def create(self, resource: Resource, namespace: str, body: bytes, /) -> bytes:
        """Create the Lease."""
        ...

    async def merge_patch(self, resource: Resource, key: Key, patch: bytes, /) -> bytes:
        """Write the Lease."""
        ...


class LeaderElector:
    """One candidate for one Lease. Needs "get", "create" and "patch" on it."""

    def __init__(
        self,
        client: LeaseApi,
        key: Key,
        identity: str,
        *,
        clock: Clock,
        terms: Terms | None = None,
        jitter: Callable[[], float] = _RANDOM.random,
    ) -> None:
        self._client = client
        self._key = key
        self._identity = identity
        self._clock = clock
        self._terms = terms or Terms()
        self._jitter = jitter
        self._candidate = Candidate(identity, self._terms)
        self._log = _LOG.bind(lease=str(key), identity=identity)
        self._renewed_at = 0.0
        self.holder = ""  # who leads by the Lease's last word
        self.is_leader = False

    async def run(self, on_started: Callable[[], None], on_lost: Callable[[], None]) -> None:
        """Campaign, call `on_started` once elected, renew, and call `on_lost` and return when it could not be kept.

        After `on_lost` another replica may lead: the process must stop acting, best by exiting. When cancelled, the
        Lease is given back so that another leads at once.
        """
        try:
            await self._acquire()
            on_started()
            await self._keep()
        except asyncio.CancelledError:
            await self._release()
            raise
        self.is_leader = False
        self._log.error("lease.lost")
        on_lost()

    async def _acquire(self) -> None:
        while True:
            if await self._try():
                break
            await asyncio.sleep(self._terms.stand.total_seconds() * (1 + _RETRY_SPREAD * self._jitter()))
        self.is_leader = True
        self._log.info("lease.acquired")

    async def _keep(self) -> None:
        """Return when the Lease was not renewed for the renew deadline, or belongs to somebody else."""
        loop = asyncio.get_running_loop()
        while True:
            await asyncio.sleep(self._terms.retry.total_seconds())
            deadline = self._renewed_at + self._terms.renew_deadline.total_seconds()
            kept = await self._try(deadline)
            if not kept and (self.holder != self._identity or loop.time() >= deadline):
                return

    async def _try(self, deadline: float | None = None) -> bool:
        """Read, decide, write once, within the deadline on the loop's clock. Whether this candidate leads now."""
        loop = asyncio.get_running_loop()
        until = deadline if deadline is not None else loop.time() + self._terms.renew_deadline.total_seconds()
        try:
            async with asyncio.timeout_at(until):
                return await self._attempt()
        except (AlreadyExists, Conflict):
            return False  # another candidate was faster; the next attempt reads what it wrote
        except (KeyferryError, TimeoutError) as problem:
            self._log.warning("lease.unreachable", error=type(problem).__name__, reason=str(problem))
            return False

    async def _attempt(self) -> bool:
        loop = asyncio.get_running_loop()
        started = loop.time()
        decision = self._candidate.decide(await self._read(), monotonic=loop.time(), now=self._clock.now())
        match decision:
            case Stand(holder=holder):
                self.holder = holder
                return False
            case Create(spec=spec):
                stored = await self._client.create(LEASES, self._key.namespace, leases.creation(self._key, spec))
            case Write() as write:
                stored = await self._write(write)
            case _:
                assert_never(decision)
        self._candidate.wrote(leases.decode(stored), loop.time())
        self._renewed_at = started  # others count from when they see the write, which is later
        self.holder = self._identity
        return True

    async def _read(self) -> Lease | None:
        try:
            return await self._client.get(LEASES, self._key, leases.decode)
        except NotFound:
            return None

    async def _write(self, write: Write) -> bytes:
        return await self._client.merge_patch(LEASES, self._key, leases.update(write.resource_version, write.spec))

    async def _release(self) -> None:
        """Give the Lease back. A renewal that was cut off may have been stored: then it is read, and tried again."""
        self.is_leader = False
        if self._candidate.release(now=self._clock.now()) is None:
            return
        try:
            async with asyncio.timeout(self._terms.retry.total_seconds()):
                try:
                    await self._give_back()
                except Conflict:
                    lease = await self._read()
                    if lease is not None:
                        self._candidate.wrote(lease, asyncio.get_running_loop().time())
                    await self._give_back()
        except (KeyferryError, TimeoutError) as problem:
            self._log.warning("lease.not_released", error=type(problem).__name__)
        else:
            self._log.info("lease.released")

    async def _give_back(self) -> None:
        write = self._candidate.release(now=self._clock.now())
        if write is not None:
            await self._write(write)
