import asyncio
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from keyferry.kube.controller.election import Terms
from keyferry.kube.controller.lease import LeaderElector
from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import LEASES
from keyferry.model.errors import Unavailable
from keyferry.runtime.clock import SystemClock
from tests.fakes import virtual_time
from tests.fakes.kube_client import WorldClient
from tests.fakes.kube_world import KubeWorld, Write

LEASE = Key(namespace="default", name="operator")
DOWN = Unavailable(what="the API server is down")


class Replica:
    """One elector with its own client to the same world."""

    def __init__(self, world: KubeWorld, identity: str, latency: float = 0.0) -> None:
        self.client = WorldClient(world, latency)
        self.elector = LeaderElector(
            self.client,
            LEASE,
            identity,
            clock=SystemClock(),
            terms=Terms(),
            jitter=lambda: 0.5,
        )
        self.elected = asyncio.Event()
        self.lost = asyncio.Event()
        self.task = asyncio.create_task(self.elector.run(self.elected.set, self.lost.set))

    async def stop(self) -> None:
        self.task.cancel()
        await asyncio.gather(self.task, return_exceptions=True)


def elapsed() -> float:
    return asyncio.get_running_loop().time() - 1000.0


def test_one_of_two_leads_and_the_other_follows_when_it_stops_gracefully() -> None:
    async def main() -> None:
        world = KubeWorld()
        first = Replica(world, "first")
        await first.elected.wait()
        second = Replica(world, "second")
        await asyncio.sleep(60)
        assert (first.elector.is_leader, second.elector.is_leader) == (True, False)
        assert second.elector.holder == "first"
        before = elapsed()
        await first.stop()
        await second.elected.wait()
        assert elapsed() - before < 2.5  # one retry: the lease was given back
        assert not first.elector.is_leader
        stored = world.stored(LEASES, LEASE)
        assert stored is not None
        assert stored["spec"]["holderIdentity"] == "second"
        assert stored["spec"]["leaseTransitions"] == 1
        await second.stop()

    with capture_logs() as logs:
        virtual_time.run(main())
    assert [entry["event"] for entry in logs] == [
        "lease.acquired",
        "lease.released",
        "lease.acquired",
        "lease.released",
    ]


def test_a_leader_that_dies_is_followed_after_the_lease() -> None:
    async def main() -> None:
        world = KubeWorld()
        first = Replica(world, "first")
        await first.elected.wait()
        second = Replica(world, "second")
        await asyncio.sleep(10)
        first.client.fails = DOWN  # as good as dead: it can neither renew nor release
        before = elapsed()
        await asyncio.wait([asyncio.create_task(first.lost.wait()), asyncio.create_task(second.elected.wait())])
        assert 13 <= elapsed() - before <= 18
        await second.stop()

    with capture_logs():
        virtual_time.run(main())


@pytest.mark.parametrize("latency", [0.0, 1.5, 60.0], ids=["refused", "slow", "hanging"])
def test_a_leader_that_cannot_renew_gives_up_before_another_may_lead(latency: float) -> None:
    async def main() -> None:
        world = KubeWorld()
        first = Replica(world, "first", latency=0.5)
        await first.elected.wait()
        second = Replica(world, "second")
        await asyncio.sleep(11)
        first.client.fails, first.client.latency = DOWN, latency
        await first.lost.wait()
        assert not first.elector.is_leader
        assert not second.elected.is_set()
        await second.elected.wait()
        await second.stop()

    with capture_logs() as logs:
        virtual_time.run(main())
    assert "lease.lost" in [entry["event"] for entry in logs]


def test_short_outages_cost_nothing() -> None:
    async def main() -> None:
        world = KubeWorld()
        first = Replica(world, "first")
        await first.elected.wait()
        for _ in range(20):
            first.client.failures.extend([DOWN, DOWN, DOWN])
            await asyncio.sleep(30)
        assert first.elector.is_leader
        await first.stop()

    with capture_logs():
        virtual_time.run(main())


def test_two_that_start_at_once_do_not_both_lead() -> None:
    async def main() -> None:
        world = KubeWorld()
        replicas = [Replica(world, f"r{number}", latency=0.01) for number in range(5)]
        await asyncio.sleep(30)
        assert sum(replica.elector.is_leader for replica in replicas) == 1
        for replica in replicas:
            await replica.stop()

    with capture_logs():
        virtual_time.run(main())


def test_somebody_who_takes_the_lease_away_is_noticed() -> None:
    async def main() -> None:
        world = KubeWorld()
        first = Replica(world, "first")
        await first.elected.wait()
        taken = b'{"spec":{"holderIdentity":"thief","renewTime":"x"}}'
        await WorldClient(world).merge_patch(LEASES, LEASE, taken)
        await first.lost.wait()
        assert elapsed() <= 2.5
        assert first.elector.holder == "thief"

    with capture_logs():
        virtual_time.run(main())


def test_a_lease_that_cannot_be_given_back_does_not_delay_the_end() -> None:
    async def main() -> None:
        first = Replica(KubeWorld(), "first")
        await first.elected.wait()
        first.client.latency = 600.0
        before = elapsed()
        await first.stop()
        assert elapsed() - before <= timedelta(seconds=2).total_seconds()

    with capture_logs() as logs:
        virtual_time.run(main())
    assert logs[-1]["event"] == "lease.not_released"


def test_a_lease_is_given_back_although_a_renewal_was_cut_off() -> None:
    """The renewal was stored and its answer never came, so the version that the replica knows is not the last one."""

    async def main() -> None:
        world = KubeWorld()
        first = Replica(world, "first")
        await first.elected.wait()
        stored = world.get(LEASES, LEASE)
        world.replace(LEASES, LEASE, stored | {"spec": stored["spec"] | {"renewTime": "later"}}, Write())
        await first.stop()
        assert world.get(LEASES, LEASE)["spec"].get("holderIdentity") is None

    with capture_logs():
        virtual_time.run(main())


def test_a_lease_that_somebody_else_took_is_left_alone() -> None:
    async def main() -> None:
        world = KubeWorld()
        first = Replica(world, "first")
        await first.elected.wait()
        stored = world.get(LEASES, LEASE)
        world.replace(LEASES, LEASE, stored | {"spec": stored["spec"] | {"holderIdentity": "second"}}, Write())
        await first.stop()
        assert world.get(LEASES, LEASE)["spec"]["holderIdentity"] == "second"

    async def gone() -> None:
        world = KubeWorld()
        first = Replica(world, "first")
        await first.elected.wait()
        world.remove(LEASES, LEASE)
        first.client.failures.append(Conflict(what="it changed"))
        await first.stop()
        assert world.stored(LEASES, LEASE) is None

    with capture_logs():
        virtual_time.run(main())
        virtual_time.run(gone())
