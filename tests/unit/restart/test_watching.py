"""Watches that wait for their kind."""

import asyncio
from contextlib import suppress

import pytest

from keyferry.kube.client import Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.restart.kinds import DEPLOYMENTS, ROLLOUTS
from keyferry.restart.state import Rollout, Workload
from keyferry.restart.watching import Gate, Workloads
from tests.fakes.kube_api import Fault
from tests.fakes.restart_world import RestartWorld

WEB = Key(namespace="app", name="web")


def workload() -> Workload:
    return Workload(
        resource=DEPLOYMENTS, key=WEB, uid="u", resource_version="1", watched={}, seen=None, rollout=Rollout()
    )


def test_kinds_of_one_name_are_kept_apart() -> None:
    store: Store[Workload] = Store()
    deployments, rollouts = (Workloads(kind, store, asyncio.Event()) for kind in (DEPLOYMENTS, ROLLOUTS))
    deployments.applied(WEB, workload())
    rollouts.applied(WEB, workload())
    assert len(store) == 2
    deployments.applied(WEB, None)
    assert store.keys() == (Key(namespace="app", name="rollouts/web"),)
    rollouts.undecodable(WEB, "no object")
    assert len(store) == 0


def test_a_first_list_settles() -> None:
    settled = asyncio.Event()
    Workloads(DEPLOYMENTS, Store(), settled).synced()
    assert settled.is_set()


class Never:
    """A watch that notes that it began."""

    def __init__(self) -> None:
        self.began = asyncio.Event()

    async def run(self) -> None:
        self.began.set()
        await asyncio.Event().wait()


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(None, id="at-once"),
        pytest.param(Fault(status=500, reason="InternalError", verb="list"), id="the-reflector-waits-for-itself"),
    ],
)
async def test_a_kind_that_can_be_listed_is_watched(world: RestartWorld, fault: Fault | None) -> None:
    world.api.faults.extend([fault] * 9 if fault else [])
    watch, settled = Never(), asyncio.Event()
    task = asyncio.create_task(Gate(world.client, DEPLOYMENTS, Selection()).run(watch, settled))
    async with asyncio.timeout(5):
        await watch.began.wait()
    assert not settled.is_set()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
