"""Each shard is worked on by one replica at most, and by one again soon after a replica went."""

import asyncio
import itertools
from collections.abc import Callable

import pytest
from structlog.testing import capture_logs

from keyferry.kube.controller.election import Terms
from keyferry.kube.controller.membership import FORGOTTEN_AFTER
from keyferry.kube.controller.sharding import Group, Hands, Sharding
from keyferry.kube.wire.resources import LEASES
from keyferry.model.errors import Unavailable
from keyferry.runtime.clock import SystemClock
from tests.fakes import virtual_time
from tests.fakes.kube_client import WorldClient
from tests.fakes.kube_world import KubeWorld

SHARDS = 4
DOWN = Unavailable(what="the API server is down")


class Replica:
    """A member that notes what it holds, and whether it was told that it lost something."""

    def __init__(self, world: KubeWorld, name: str) -> None:
        self.client = WorldClient(world)
        self.held: set[int] = set()
        self.lost = False
        group = Group(namespace="default", name="operator", shards=SHARDS)
        sharding = Sharding(self.client, group, name, clock=SystemClock(), terms=Terms())
        hands = Hands(taken=self.held.add, dropping=self._drop, lost=self._lose)
        self.task = asyncio.create_task(sharding.run(hands))

    async def _drop(self, shard: int) -> None:
        await asyncio.sleep(0.5)
        self.held.discard(shard)

    def _lose(self) -> None:
        self.held.clear()
        self.lost = True

    async def stop(self) -> None:
        self.held.clear()
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


class Watcher:
    """Looks all the time that nothing is held twice."""

    def __init__(self, *replicas: Replica) -> None:
        self.replicas = list(replicas)
        self.task = asyncio.create_task(self._watch())

    async def _watch(self) -> None:
        while True:
            for one, other in itertools.combinations(self.replicas, 2):
                assert not one.held & other.held
            await asyncio.sleep(0.05)

    async def until(self, holds: Callable[[], bool], seconds: float) -> float:
        began = asyncio.get_running_loop().time()
        async with asyncio.timeout(seconds):
            while not holds():  # noqa: ASYNC110  (virtual time)
                await asyncio.sleep(0.05)
        return asyncio.get_running_loop().time() - began

    async def end(self) -> None:
        assert not self.task.done(), self.task.exception()
        self.task.cancel()
        for replica in self.replicas:
            await replica.stop()


def everything(*replicas: Replica) -> bool:
    return set().union(*(replica.held for replica in replicas)) == set(range(SHARDS))


def test_replicas_share_and_hand_over_and_take_over() -> None:
    async def main() -> None:
        world = KubeWorld()
        first, second = Replica(world, "first"), Replica(world, "second")
        watcher = Watcher(first, second)
        await watcher.until(lambda: len(first.held) == len(second.held) == SHARDS / 2, 10)

        third = Replica(world, "third")
        watcher.replicas.append(third)
        await watcher.until(lambda: bool(third.held) and everything(first, second, third), 10)

        await third.stop()
        await watcher.until(lambda: everything(first, second), 5)

        second.client.fails = DOWN  # as good as dead
        waited = await watcher.until(lambda: everything(first), 30)
        assert second.lost
        assert waited > 10, "a Lease is kept until it ends"
        await watcher.end()

    with capture_logs():
        virtual_time.run(main())


def test_nothing_of_a_group_stays_behind() -> None:
    async def main() -> None:
        world = KubeWorld()
        first, second = Replica(world, "first"), Replica(world, "second")
        await asyncio.sleep(5)
        second.client.fails = DOWN
        await second.stop()
        assert len([lease for lease in world.all_of(LEASES) if lease["metadata"].get("labels")]) == 2
        await asyncio.sleep(FORGOTTEN_AFTER + 5)
        assert len([lease for lease in world.all_of(LEASES) if lease["metadata"].get("labels")]) == 1
        await first.stop()
        assert [lease for lease in world.all_of(LEASES) if lease["metadata"].get("labels")] == []
        assert {lease["spec"].get("holderIdentity") for lease in world.all_of(LEASES)} == {None}

    with capture_logs() as logs:
        virtual_time.run(main())
    assert "member.not_withdrawn" in {entry["event"] for entry in logs}


@pytest.mark.parametrize("seconds", [3, 6])
def test_a_short_outage_of_the_api_server_moves_nothing(seconds: float) -> None:
    async def main() -> None:
        world = KubeWorld()
        first, second = Replica(world, "first"), Replica(world, "second")
        watcher = Watcher(first, second)
        await watcher.until(lambda: everything(first, second), 10)
        before = set(first.held), set(second.held)
        first.client.fails = second.client.fails = DOWN
        await asyncio.sleep(seconds)
        first.client.fails = second.client.fails = None
        await asyncio.sleep(20)
        assert (first.held, second.held) == before
        await watcher.end()

    with capture_logs():
        virtual_time.run(main())
