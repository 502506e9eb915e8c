"""Watches that wait for their kind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import suppress

import pytest

from keyferry.kube.client import Selection
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.pages import Page
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import GrantError, KeyferryError, NotFound
from keyferry.restart import watching
from keyferry.restart.kinds import DEPLOYMENTS, ROLLOUTS
from keyferry.restart.state import Rollout, Workload
from keyferry.restart.watching import Gate, Workloads
from tests.fakes import virtual_time
from tests.fakes.kube_api import Fault
from tests.fakes.patience import patient
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


class Refusing:
    """Refuses lists with each of these errors, and gives them after that."""

    def __init__(self, *refusals: KeyferryError) -> None:
        self.refusals = list(refusals)

    async def pages(self, resource: Resource, selection: Selection, *, limit: int) -> AsyncGenerator[Page, None]:
        if self.refusals:
            raise self.refusals.pop(0)
        yield Page(items=[], resource_version="1", next_page="")


def test_a_kind_that_comes_later_is_watched_then_and_nobody_waits_for_it() -> None:
    async def story() -> None:
        loop, watch, settled = asyncio.get_running_loop(), Never(), asyncio.Event()
        missing = (NotFound(what="no such kind"), NotFound(what="no such kind"), GrantError(what="no role"))
        task = asyncio.create_task(Gate(Refusing(*missing), ROLLOUTS, Selection()).run(watch, settled))
        started = loop.time()
        await settled.wait()
        assert loop.time() == started
        await watch.began.wait()
        assert loop.time() == started + 3 * watching.LOOK.total_seconds()
        task.cancel()

    virtual_time.run(story())


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
    async with patient():
        await watch.began.wait()
    assert not settled.is_set()
    task.cancel()
    with suppress(asyncio.CancelledError):
        await task
