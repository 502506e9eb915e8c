"""Shards of the work, each held by one replica by its own Lease; who holds which follows who is alive.

Two kinds of Leases. A member's Lease says that a replica lives; from all of them every replica computes the same
assignment. A shard's Lease is what counts: only its holder works on the shard, so a wrong idea of who is alive costs
time and never two workers.
"""

import asyncio
import hashlib
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, Protocol

import structlog

from keyferry.kube.controller.assignment import assigned
from keyferry.kube.controller.election import Terms
from keyferry.kube.controller.lease import LeaderElector, LeaseApi
from keyferry.kube.controller.membership import Membership
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire import leases
from keyferry.kube.wire.leases import LeaseSpec, micro_time
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.pages import Page
from keyferry.kube.wire.resources import LEASES, Resource
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.runtime.clock import Clock

_LOG = structlog.get_logger(__name__)

MEMBER_LABEL: Final = "keyferry.io/member-of"
MISSED: Final = 3  # rounds, and a member counts as gone; its shards' own Leases still have to end


class LeasesApi(LeaseApi, Protocol):
    """What sharding needs of `kube.client.Client` besides."""

    def list(self, resource: Resource, *, namespace: str, label_selector: str) -> AsyncGenerator[Page, None]:
        """List the members' Leases."""
        ...

    async def delete(self, resource: Resource, key: Key) -> None:
        """Delete one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Hands:
    """Who works on the shards. `taken`: from now on it is ours. `dropping`: let what is under way end, then return.

    `lost`: a Lease could not be kept, another replica may work on it: stop acting, best by ending the process.
    """

    taken: Callable[[int], None]
    dropping: Callable[[int], Awaitable[None]]
    lost: Callable[[], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """The replicas that share the work: where their Leases are, their common name, and into how many shards it goes."""

    namespace: str
    name: str
    shards: int


class Sharding:
    """One replica of a group. Needs "get", "list", "create", "patch" and "delete" on Leases of the namespace."""

    def __init__(
        self, client: LeasesApi, group: Group, identity: str, *, clock: Clock, terms: Terms | None = None
    ) -> None:
        self._client = client
        self._group = group
        self._identity = identity
        self._clock = clock
        self._terms = terms or Terms()
        self._lasts = MISSED * self._terms.retry.total_seconds()
        self._members = Membership(self._lasts)
        self._own = Key(namespace=group.namespace, name=f"{group.name}-{_short(identity)}")
        self._electors: dict[int, asyncio.Task[None]] = {}

    async def run(self, hands: Hands) -> None:
        """Live, and work on what is assigned, until cancelled; then every Lease is given back."""
        try:
            while True:
                with suppress(Conflict, AlreadyExists):
                    await self._round(hands)
                await asyncio.sleep(self._terms.retry.total_seconds())
        finally:
            await self._leave()

    async def _round(self, hands: Hands) -> None:
        loop = asyncio.get_running_loop()
        try:
            await self._live()
            self._members.observe([lease async for lease in self._listed()], loop.time())
            for name in self._members.forgotten(loop.time()):
                await self._delete(Key(namespace=self._group.namespace, name=name))
        except KeyferryError as problem:
            _LOG.warning("members.unreachable", error=type(problem).__name__, reason=str(problem))
            return  # the shards that are held are renewed, or lost, by their own electors
        alive = self._members.alive(loop.time()) | {self._identity}
        mine = {shard for shard, who in assigned(alive, self._group.shards).items() if who == self._identity}
        for shard in sorted(self._electors.keys() - mine):
            await hands.dropping(shard)
            await self._stop(shard)
        for shard in sorted(mine - self._electors.keys()):
            self._electors[shard] = asyncio.create_task(self._campaign(shard, hands))

    async def _campaign(self, shard: int, hands: Hands) -> None:
        key = Key(namespace=self._group.namespace, name=f"{self._group.name}-shard-{shard}")
        elector = LeaderElector(self._client, key, self._identity, clock=self._clock, terms=self._terms)
        await elector.run(lambda: hands.taken(shard), hands.lost)

    async def _stop(self, shard: int) -> None:
        task = self._electors.pop(shard)
        task.cancel()
        await asyncio.wait({task})

    async def _live(self) -> None:
        now = micro_time(self._clock.now())
        spec = LeaseSpec(
            holder_identity=self._identity,
            lease_duration_seconds=int(self._lasts),
            acquire_time=now,
            renew_time=now,
            lease_transitions=0,
        )
        try:
            await self._client.merge_patch(LEASES, self._own, leases.renewal(spec))
        except NotFound:
            label = {MEMBER_LABEL: self._group.name}
            await self._client.create(LEASES, self._own.namespace, leases.creation(self._own, spec, label))

    async def _listed(self) -> AsyncGenerator[leases.Lease, None]:
        selector = f"{MEMBER_LABEL}={self._group.name}"
        async for page in self._client.list(LEASES, namespace=self._group.namespace, label_selector=selector):
            for item in page.items:
                yield leases.decode(bytes(item))

    async def _delete(self, key: Key) -> None:
        with suppress(NotFound):
            await self._client.delete(LEASES, key)

    async def _leave(self) -> None:
        """Give everything back; whoever is told first that this member is gone takes over at once."""
        await asyncio.gather(*(self._stop(shard) for shard in tuple(self._electors)))
        try:
            async with asyncio.timeout(self._terms.stand.total_seconds()):
                await self._delete(self._own)
        except (KeyferryError, TimeoutError) as problem:
            _LOG.warning("member.not_withdrawn", error=type(problem).__name__)


def _short(identity: str) -> str:
    return hashlib.sha256(identity.encode()).hexdigest()[:10]
