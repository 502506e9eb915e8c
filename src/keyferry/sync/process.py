"""One operator process at work: its parts' watches, its leadership or its shards, its controllers, and a clean end.

The loops start in the order in which they need each other: watches first, and no reconcile before every cache is full.
"""

import asyncio
import gc
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Final

import structlog
from prometheus_client import CollectorRegistry, ProcessCollector

from keyferry.kube.controller.lease import LeaderElector
from keyferry.kube.controller.metrics import WorkCollector
from keyferry.kube.controller.sharding import Group, Hands, Sharding
from keyferry.kube.part import Part, Work
from keyferry.kube.wire.objects import Key
from keyferry.runtime.health import HealthServer
from keyferry.sync.delivery import Surroundings

_LOG = structlog.get_logger(__name__)

FINISH_SECONDS: Final = 2.5  # for reconciles under way, before the Lease is given back
STOP_SECONDS: Final = 4.0  # everything together; whoever sends SIGTERM waits five
COLLECTED_AFTER: Final = (
    5_000,
    20,
    50,
)  # objects, and rounds: a reconcile makes hundreds that go without being collected
ALL: Final = 0  # the one shard of a process that shares with nobody


class Process:
    """Runs `parts` until it is told to stop. A crash of any part ends them all."""

    def __init__(self, around: Surroundings, instance: str) -> None:
        """`instance` differs from every other replica's, also from the same pod's last life."""
        self._settings = around.settings
        self._client = around.client
        self._recorder = around.recorder
        self._clock = around.clock
        self._ownership = around.ownership
        self._instance = instance
        self._parts: Sequence[Part] = ()

    async def work(self, parts: Sequence[Part], stop: asyncio.Event) -> None:
        """Serve until `stop` is set; losing a Lease sets it too."""
        self._parts = parts
        for work in self._work():
            self._ownership.covers(work.controller, work.keys, work.token)
        health = self._health()
        try:
            await self._listen(health)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(reflector.run()) for part in parts for reflector in part.reflectors]
                tasks.append(group.create_task(self._recorder.run()))
                tasks += [group.create_task(_run(each)) for part in parts for each in part.always]
                tasks.append(reconciling := group.create_task(self._reconcile(group, stop)))
                await stop.wait()
                await self._finish(reconciling)
                for task in tasks:
                    task.cancel()
        finally:
            await health.close()
        _LOG.info("operator.stopped")

    async def _listen(self, health: HealthServer) -> None:
        settings = self._settings
        await health.open(settings.health_address)
        if settings.live_address not in ("", settings.health_address):
            await health.open(settings.live_address, "--live-addr")

    async def _reconcile(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        """Wait for full caches, and for something to work on where there are replicas; then reconcile."""
        for part in self._parts:
            for reflector in part.reflectors:
                await reflector.wait_synced()
        gc.freeze()  # the caches stay for good: no collection need look at them
        gc.set_threshold(*COLLECTED_AFTER)
        elected = asyncio.Event()
        campaign = group.create_task(self._campaign(elected, stop))
        try:
            await elected.wait()
            _LOG.info("operator.started", objects=sum(len(tuple(work.keys())) for work in self._work()))
            working = [group.create_task(_run(each)) for part in self._parts for each in part.working]
            await asyncio.gather(*(work.controller.run() for work in self._work()))
            for task in working:
                task.cancel()
        finally:
            campaign.cancel()
            await asyncio.wait({campaign})  # its Leases are given back

    def _work(self) -> list[Work]:
        return [work for part in self._parts for work in part.work]

    async def _campaign(self, elected: asyncio.Event, stop: asyncio.Event) -> None:
        def taken(shard: int) -> None:
            self._ownership.take(shard)
            elected.set()

        lease = Key(namespace=self._settings.lease_namespace, name=self._settings.lease_name)
        if self._settings.shards > 1:
            group = Group(namespace=lease.namespace, name=lease.name, shards=self._settings.shards)
            sharding = Sharding(self._client, group, self._instance, clock=self._clock)
            await sharding.run(Hands(taken=taken, dropping=self._ownership.drop, lost=stop.set))
        elif self._settings.leader_elect:
            elector = LeaderElector(self._client, lease, self._instance, clock=self._clock)
            await elector.run(lambda: taken(ALL), stop.set)
        else:
            taken(ALL)

    async def _finish(self, reconciling: asyncio.Task[None]) -> None:
        """Let the reconciles under way end, give the Leases back, and write the events that were recorded."""
        for work in self._work():
            work.controller.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                if self._ownership.works:
                    await asyncio.wait([reconciling], timeout=FINISH_SECONDS)
                reconciling.cancel()
                await asyncio.wait([reconciling])
                await self._recorder.flush()

    def _health(self) -> HealthServer:
        registry = CollectorRegistry()
        for part in self._parts:
            for collector in part.collectors:
                registry.register(collector)
        registry.register(WorkCollector([work.controller for work in self._work()]))
        ProcessCollector(registry=registry)
        health = HealthServer(registry)
        health.ready_when("caches", self._missing_caches)
        return health

    def _missing_caches(self) -> str:
        """Say what is not listed yet, and why it cannot be: a missing CustomResourceDefinition, a missing role."""
        reflectors = [reflector for part in self._parts for reflector in part.reflectors]
        waiting = [reflector for reflector in reflectors if not reflector.has_synced]
        reasons = dict.fromkeys(str(reflector.failing) for reflector in waiting if reflector.failing is not None)
        return "; ".join(reasons) or ("the first lists are under way" if waiting else "")


async def _run(each: Callable[[], Awaitable[None]]) -> None:
    await each()
