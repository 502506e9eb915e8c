"""The part in the operator's process: it watches, works for the shards that are held, and wakes by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import pytest

from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.runtime.clock import SystemClock
from keyferry.sync.delivery import Delivery, Surroundings
from keyferry.sync.kinds import PUSH_SECRETS
from keyferry.sync.push import part as module
from keyferry.sync.push.wakes import empty_pushes, holders
from keyferry.sync.reading import NO_GENERATORS
from keyferry.sync.settings import Settings
from tests.fakes.patience import patient
from tests.fakes.push_secrets import PUSH, document, watched
from tests.fakes.sync_world import SyncWorld, sync_world


async def run(watch: Callable[[], Awaitable[None]]) -> None:
    await watch()


def surroundings(world: SyncWorld) -> Surroundings:
    return Surroundings(
        settings=Settings(),
        client=world.client,
        reader=world.reader,
        recorder=world.recorder,
        clock=SystemClock(),
        ownership=Ownership(1),
    )


async def test_it_carries_out_what_is_there_and_what_its_source_asks_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sync_world(tmp_path, monkeypatch) as world:
        world.cluster.served[PUSH_SECRETS.group, PUSH_SECRETS.version, PUSH_SECRETS.plural] = PUSH_SECRETS
        around, pushes = surroundings(world), empty_pushes()
        delivery = Delivery(around, partial(holders, pushes))
        made = module.part(around, delivery, pushes, NO_GENERATORS)
        (work,), (watch,), (sources, templates) = made.work, made.always, made.working
        around.ownership.take(0)
        world.account()
        world.store()
        world.caches = delivery.caches
        world.catch_up()
        push = document()
        del push["metadata"]["uid"], push["metadata"]["resourceVersion"]
        world.cluster.seed(PUSH_SECRETS, push)

        def message() -> str:
            return world.ready(PUSH_SECRETS, PUSH)[2]

        async with patient(), asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(each)) for each in (watch, sources, templates)]
            group.create_task(work.controller.run())
            await world.api.until(lambda: "Secret app/source does not exist" in message())
            world.cluster.seed(SECRETS, {"metadata": {"name": "source", "namespace": "app"}, "data": {"k": "dg=="}})
            await world.api.until(lambda: "secret remote" in message())  # this vault takes no writes
            for task in tasks:
                task.cancel()
            work.controller.stop()
        assert set(work.keys()) == {PUSH}


async def test_a_push_secret_belongs_to_the_first_of_its_stores(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with sync_world(tmp_path, monkeypatch) as world:
        around, pushes = surroundings(world), empty_pushes()
        made = module.part(around, Delivery(around), pushes, NO_GENERATORS)
        (work,) = made.work
        pushes.applied(PUSH, watched({"secretStoreRefs": [{"name": "z"}, {"name": "kv"}]}))
        assert work.token(PUSH) == "store app/kv"
        assert work.token(Key(namespace="app", name="gone")) == "PushSecret app/gone"
