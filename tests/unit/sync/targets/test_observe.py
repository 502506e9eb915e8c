import pytest

from keyferry.kube.wire.resources import CONFIG_MAPS
from keyferry.model.errors import GrantError
from keyferry.spec.external_secret import Manifest
from keyferry.sync.targets.observe import TargetObserver
from tests.fakes import generic_targets as targets
from tests.fakes.kube_api import Fault
from tests.fakes.sync_world import SyncWorld

MANIFEST = Manifest(api_version="v1", kind="ConfigMap")


async def test_reads_the_target_as_it_is_now(world: SyncWorld) -> None:
    observer, snapshot = TargetObserver(world.client), targets.scene().snapshot
    assert (await observer.scene(snapshot, MANIFEST)).live is None
    world.cluster.seed(CONFIG_MAPS, {"metadata": {"name": "db", "namespace": "app"}, "data": {"a": "b"}})
    scene = await observer.scene(snapshot, MANIFEST)
    assert scene.live is not None
    assert (scene.resource, scene.live.fields) == (CONFIG_MAPS, {"data": {"a": "b"}})


async def test_what_is_refused_is_raised(world: SyncWorld) -> None:
    world.api.faults.append(Fault(verb="get", plural="configmaps", status=403, reason="Forbidden"))
    with pytest.raises(GrantError, match="get configmaps"):
        await TargetObserver(world.client).scene(targets.scene().snapshot, MANIFEST)


async def test_forgets_a_kind_when_told(world: SyncWorld) -> None:
    observer, snapshot = TargetObserver(world.client), targets.scene().snapshot
    await observer.scene(snapshot, MANIFEST)
    observer.forget(MANIFEST)
    await observer.scene(snapshot, MANIFEST)
    assert [seen.path for seen in world.api.seen].count("/api/v1") == 2
