"""A replica works on the shards that it holds, looks at all of a shard that it takes, and ends what it drops."""

import asyncio
from datetime import timedelta

from keyferry.kube.controller.assignment import shard_of
from keyferry.kube.controller.loop import Again, Controller, Done, Result
from keyferry.kube.controller.ownership import DROP_SECONDS, Ownership
from keyferry.kube.wire.objects import Key
from tests.fakes import virtual_time

SHARDS = 3
KEYS = [Key(namespace="app", name=f"es-{number}") for number in range(20)]


class World:
    """A controller over `KEYS` whose reconciles take a while."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.ownership = Ownership(SHARDS)
        self.seen: list[Key] = []
        self._seconds = seconds
        self.controller = Controller("test", self.ownership.guarded(self._reconcile, str))
        self.ownership.covers(self.controller, lambda: KEYS, str)

    async def _reconcile(self, key: Key) -> Result:
        self.seen.append(key)
        await asyncio.sleep(self._seconds)
        return Again(timedelta(hours=1))

    def of(self, shard: int) -> set[Key]:
        return {key for key in KEYS if shard_of(str(key), SHARDS) == shard}


def test_only_what_it_holds_is_worked_on_and_all_of_that() -> None:
    async def story() -> None:
        world = World()
        running = asyncio.create_task(world.controller.run())
        for key in KEYS:
            world.controller.enqueue(key)
        await asyncio.sleep(1)
        assert (world.seen, world.ownership.works) == ([], False)
        world.ownership.take(1)
        await asyncio.sleep(1)
        assert set(world.seen) == world.of(1)
        assert world.ownership.works
        assert {key for key in KEYS if world.ownership.owns(str(key))} == world.of(1)
        await world.ownership.drop(1)
        assert await world.ownership.guarded(world._reconcile, str)(KEYS[0]) == Done()
        world.controller.stop()
        await running

    virtual_time.run(story())


def test_dropping_waits_for_what_is_under_way_and_not_for_ever() -> None:
    async def story(seconds: float, waits: float) -> None:
        world = World(seconds)
        running = asyncio.create_task(world.controller.run())
        world.ownership.take(1)
        await asyncio.sleep(0.1)
        began = asyncio.get_running_loop().time()
        await world.ownership.drop(1)
        assert abs(asyncio.get_running_loop().time() - began - waits) < 0.2
        world.controller.stop()
        await running

    virtual_time.run(story(1.0, 0.9))
    virtual_time.run(story(3.9, DROP_SECONDS))
