"""Replicas that share the work by shards, over one cluster: each object has one worker, and a clean end hands over."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import LEASES
from keyferry.runtime.clock import SystemClock
from keyferry.sync.kinds import EXTERNAL_SECRETS
from keyferry.sync.run import Operator
from keyferry.sync.settings import Settings
from tests.fakes.patience import patient
from tests.fakes.sync_world import SyncWorld


@asynccontextmanager
async def replica(world: SyncWorld, name: str) -> AsyncIterator[None]:
    stop = asyncio.Event()
    settings = Settings(health_address="127.0.0.1:0", shards=4, lease_namespace="app", instance=name)
    operator = Operator(settings, world.client, world.reader, SystemClock())
    task = asyncio.create_task(operator.work(stop))
    try:
        yield
    finally:
        stop.set()
        await task


async def test_shards_go_over_on_a_clean_stop_and_nothing_is_left_out(world: SyncWorld) -> None:
    world.account()
    world.put("db-password", "first")
    names = [f"kv-{number}" for number in range(6)]
    for name in names:
        world.store(name)
        world.external({"secretStoreRef": {"name": name}, "target": {"name": name}}, name=name)

    def is_ready(name: str) -> bool:
        return world.ready(EXTERNAL_SECRETS, Key(namespace="app", name=name))[0] == "True"

    def holders() -> set[str | None]:
        shards = [lease for lease in world.cluster.all_of(LEASES) if "-shard-" in lease["metadata"]["name"]]
        return {lease["spec"].get("holderIdentity") for lease in shards} if len(shards) == 4 else set()

    async with patient(), replica(world, "second"):
        async with replica(world, "first"):
            await world.api.until(lambda: all(is_ready(name) for name in names))
            await world.api.until(lambda: holders() == {"first", "second"})
        await world.api.until(lambda: holders() == {"second"})
    assert holders() == {None}
