import asyncio
import json
from collections.abc import Awaitable, Callable

from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.controller.store import Store
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.runtime.clock import SystemClock
from keyferry.sync import wire
from keyferry.sync.delivery import Surroundings
from keyferry.sync.fanout.part import Children, part
from keyferry.sync.kinds import EXTERNAL_SECRETS
from keyferry.sync.settings import Settings
from keyferry.sync.state import WatchedExternalSecret
from tests.fakes import fanouts
from tests.fakes.fanouts import KIND, SHARED
from tests.fakes.patience import patient
from tests.fakes.sync_world import SyncWorld


async def run(watch: Callable[[], Awaitable[None]]) -> None:
    await watch()


async def test_a_part_watches_and_works_for_the_shards_that_are_held(world: SyncWorld) -> None:
    world.cluster.served[KIND.resource.group, KIND.resource.version, KIND.resource.plural] = KIND.resource
    ownership = Ownership(1)
    around = Surroundings(
        settings=Settings(),
        client=world.client,
        reader=world.reader,
        recorder=world.recorder,
        clock=SystemClock(),
        ownership=ownership,
    )
    namespaces: Store[PartialObject] = Store()
    children: Store[WatchedExternalSecret] = Store()
    made = part(KIND, around, namespaces, Children(cache=children, decode=wire.external_secret))
    (work,), (watch,) = made.work, made.always
    assert (work.token(SHARED), made.reflectors) == ("ClusterExternalSecret shared", ())

    def refresh_intervals() -> list[str | None]:
        return [each["spec"].get("refreshInterval") for each in world.cluster.all_of(EXTERNAL_SECRETS)]

    ownership.take(0)
    key = Key(namespace="app", name="shared")
    app = world.cluster.get(NAMESPACES, Key(name="app")) | {"metadata": {"name": "app", "labels": {"env": "prod"}}}
    namespaces.applied(Key(name="app"), objects.partial(json.dumps(app).encode()))
    world.cluster.seed(KIND.resource, fanouts.document())
    async with patient(), asyncio.TaskGroup() as group:
        watching = group.create_task(run(watch))
        group.create_task(work.controller.run())
        await world.api.until(lambda: refresh_intervals() == [None])
        children.applied(key, wire.external_secret(json.dumps(world.cluster.get(EXTERNAL_SECRETS, key)).encode()))
        spec = fanouts.document()["spec"] | {"externalSecretSpec": fanouts.CHILD | {"refreshInterval": "5m"}}
        world.edit(KIND.resource, SHARED, lambda found: found.update(spec=spec))
        await world.api.until(lambda: refresh_intervals() == ["5m"])
        watching.cancel()
        work.controller.stop()
    assert set(work.keys()) == {SHARED}
