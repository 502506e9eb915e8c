"""What the workloads of a namespace watch."""

from typing import Any

import msgspec
import pytest

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import GrantError
from keyferry.restart import pod_versions, wire
from keyferry.restart.kinds import DEPLOYMENTS, POD_STATUSES
from keyferry.restart.observe import Caches, Observer, empty_caches
from keyferry.restart.secret_marks import SecretMarks
from keyferry.restart.seen import Marker
from keyferry.restart.state import Absent, Known, Reading, Unsettled
from tests.fakes.kube_api import Fault
from tests.fakes.restart_world import RestartWorld, document

MARKER = Marker(b"k" * 32)
NAMES = {"keyferry.io/restart-on-change": "secret/db, class/kv"}


@pytest.fixture
def caches(world: RestartWorld) -> Caches:
    """Two workloads of `app` and one of `other`, in step with the cluster."""
    made = empty_caches()
    for body in (document("web", annotations=NAMES), document("api", "db"), document(namespace="other")):
        stored = world.cluster.seed(DEPLOYMENTS, body)
        workload = wire.workload(msgspec.json.encode(stored), DEPLOYMENTS)
        assert workload is not None
        made.workloads.applied(wire.workload_id(DEPLOYMENTS, workload.key), workload)
    made.statuses.synced()
    made.ended.synced()
    return made


def observer(world: RestartWorld, caches: Caches) -> Observer:
    return Observer(caches, SecretMarks(world.client, lambda _key: None))


def readings(observed: Any) -> dict[str, dict[str, Reading]]:
    return {
        each.workload.key.name: {str(source): reading for source, reading in each.readings.items()} for each in observed
    }


async def test_each_source_is_read_once_for_all(world: RestartWorld, caches: Caches) -> None:
    world.secret(password="first")
    world.mounted("web-bbbbb-ccccc", db="v1")
    for stored in world.cluster.all_of(POD_STATUSES):
        status = pod_versions.decode(msgspec.json.encode(stored))
        caches.statuses.applied(Key(namespace="app", name=stored["metadata"]["name"]), status)
    scene = await observer(world, caches).scene("app", MARKER)
    found = readings(scene.observed)
    assert list(found) == ["api", "web"]
    assert found["api"]["secret/db"] == found["web"]["secret/db"]
    assert isinstance(found["web"]["secret/db"], Known)
    assert isinstance(found["web"]["class/kv"], Known)
    assert world.api.verbs("secrets").count("get") == 1
    assert scene.failure is None


@pytest.mark.parametrize("which", ["statuses", "ended"])
async def test_a_class_is_unsettled_before_all_pods_were_listed(
    world: RestartWorld, caches: Caches, which: str
) -> None:
    getattr(caches, which).has_synced = False
    found = readings((await observer(world, caches).scene("app", MARKER)).observed)
    assert found["web"] == {"secret/db": Absent(), "class/kv": Unsettled()}


async def test_a_pod_that_ended_says_nothing_of_a_class(world: RestartWorld, caches: Caches) -> None:
    for pod, version in (("web-bbbbb-ccccc", "v1"), ("web-bbbbb-ddddd", "v2")):
        status = pod_versions.PodVersions(
            namespace="app", pod=pod, class_name="kv", versions=(("secret/db", version),), is_stale=False
        )
        caches.statuses.applied(Key(namespace="app", name=pod), status)
    look = observer(world, caches)
    assert readings((await look.scene("app", MARKER)).observed)["web"]["class/kv"] == Unsettled()
    caches.ended.applied(Key(namespace="app", name="web-bbbbb-ccccc"), "evicted")
    assert isinstance(readings((await look.scene("app", MARKER)).observed)["web"]["class/kv"], Known)


async def test_what_is_not_there_is_absent(world: RestartWorld, caches: Caches) -> None:
    found = readings((await observer(world, caches).scene("app", MARKER)).observed)
    assert found["web"] == {"secret/db": Absent(), "class/kv": Absent()}


async def test_a_read_that_fails_is_data(world: RestartWorld, caches: Caches) -> None:
    world.api.faults.append(Fault(status=403, reason="Forbidden", verb="get"))
    scene = await observer(world, caches).scene("other", MARKER)
    assert readings(scene.observed)["web"]["secret/db"] == Unsettled()
    assert isinstance(scene.failure, GrantError)


async def test_a_namespace_without_workloads_is_empty(world: RestartWorld, caches: Caches) -> None:
    assert (await observer(world, caches).scene("platform", MARKER)).observed == ()
