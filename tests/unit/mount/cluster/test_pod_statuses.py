import asyncio
from collections.abc import AsyncIterator

import pytest

from keyferry.kube.client import Client
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import GrantError, NotFound
from keyferry.mount.cluster.kinds import POD_STATUSES
from keyferry.mount.cluster.pod_statuses import LOOKS, PodStatuses
from keyferry.mount.cluster.status_plan import Shown
from keyferry.mount.state import ObjectVersion, PodRef
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import Json, KubeWorld
from tests.fakes.patience import patient

POD = PodRef(namespace="default", name="shop-0", uid="pod-1", service_account="shop")
OTHER = PodRef(namespace="default", name="shop-1", uid="pod-2")
KEY = Key(namespace="default", name="shop-0-default-db")
LABEL = "internal.secrets-store.csi.k8s.io/node-name"
TARGET = "/var/lib/kubelet/pods/pod-1/volumes/kubernetes.io~csi/s/mount"


class Scene:
    """The statuses of two nodes on one fake API server."""

    def __init__(self, api: FakeKubeApi, client: Client) -> None:
        self.api = api
        self.statuses = PodStatuses(client, "node-1")
        self.elsewhere = PodStatuses(client, "node-0")

    async def tell(self, version: str = "1", *, pod: PodRef = POD, statuses: PodStatuses | None = None) -> str:
        versions = (ObjectVersion(id="secret/a", version=version),)
        told = statuses or self.statuses
        return (await told.tell(pod, Shown(class_name="db", target_path=TARGET, versions=versions))).uid

    def stored(self) -> Json:
        found = self.api.world.stored(POD_STATUSES, KEY)
        assert found is not None
        return found

    async def until_watched(self) -> None:
        """Repeat what was told until the watch has brought it, so that it costs no request."""
        async with patient():
            asked = -1
            while asked != len(self.api.seen):
                asked = len(self.api.seen)
                await self.tell()
        self.api.seen.clear()

    def writes(self) -> list[str]:
        return [verb for verb in self.api.verbs(POD_STATUSES.plural) if verb in ("create", "patch", "update")]


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with FakeKubeApi(KubeWorld(whole=(POD_STATUSES,))) as api, Client(api.config()) as client:
        yield Scene(api, client)


@pytest.fixture
async def watched(scene: Scene) -> AsyncIterator[Scene]:
    """The scene with its watch under way."""
    task = asyncio.create_task(scene.statuses.run())
    await scene.api.until(lambda: bool(scene.api.streams))
    yield scene
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_mounted_volume_gets_a_status_that_its_pod_owns(scene: Scene) -> None:
    uid = await scene.tell()
    stored = scene.stored()
    assert stored["metadata"]["uid"] == uid
    assert stored["metadata"]["labels"] == {LABEL: "node-1"}
    assert stored["metadata"]["ownerReferences"][0]["uid"] == "pod-1"
    assert stored["status"]["objects"] == [{"id": "secret/a", "version": "1"}]


async def test_what_is_watched_is_neither_read_nor_written_again(watched: Scene) -> None:
    await watched.until_watched()
    await watched.tell()
    assert watched.api.seen == []


async def test_a_new_version_is_one_write(watched: Scene) -> None:
    await watched.until_watched()
    await watched.tell("2")
    assert watched.writes() == ["patch"]
    assert watched.stored()["status"]["objects"] == [{"id": "secret/a", "version": "2"}]


async def test_after_a_restart_nothing_is_written_that_is_so(scene: Scene) -> None:
    first = await scene.tell()
    assert await scene.tell() == first
    assert scene.writes() == ["create", "create"]  # the second is refused, and what is there is read
    assert scene.stored()["metadata"]["generation"] == 1


async def test_a_pod_that_moved_takes_its_status_along(scene: Scene) -> None:
    before = PodRef(namespace="default", name="shop-0", uid="pod-0")
    await scene.tell(pod=before, statuses=scene.elsewhere)
    await scene.tell()
    stored = scene.stored()
    assert stored["metadata"]["labels"] == {LABEL: "node-1"}
    assert [owner["uid"] for owner in stored["metadata"]["ownerReferences"]] == ["pod-1"]


async def test_one_that_somebody_deleted_comes_back(watched: Scene) -> None:
    await watched.until_watched()
    watched.api.world.remove(POD_STATUSES, KEY)
    async with patient():
        while watched.api.world.stored(POD_STATUSES, KEY) is None:
            await watched.tell()
            await watched.tell(pod=OTHER)  # a request, during which the watch goes on
    assert watched.stored()["status"]["mounted"]


async def test_a_conflict_is_looked_at_again(scene: Scene) -> None:
    await scene.tell()
    scene.api.faults.append(Fault(status=409, reason="Conflict", verb="patch"))
    await scene.tell("2")
    assert scene.stored()["status"]["objects"] == [{"id": "secret/a", "version": "2"}]


@pytest.mark.parametrize(
    ("fault", "times", "error"),
    [
        pytest.param(Fault(status=409, reason="Conflict", verb="patch"), LOOKS - 1, Conflict, id="conflict"),
        pytest.param(Fault(status=403, reason="Forbidden", verb="create"), 1, GrantError, id="forbidden"),
        pytest.param(Fault(status=404, reason="NotFound", verb="create"), 1, NotFound, id="no-namespace"),
    ],
)
async def test_what_cannot_be_written_is_said(scene: Scene, fault: Fault, times: int, error: type[Exception]) -> None:
    await scene.tell(statuses=scene.elsewhere)
    scene.api.faults.extend([fault] * times)
    with pytest.raises(error):
        await scene.tell("2")


async def test_one_that_comes_and_goes_is_given_up(scene: Scene) -> None:
    gone = [Fault(status=409, reason="AlreadyExists", verb="create")] * LOOKS
    scene.api.faults.extend(gone)
    with pytest.raises(AlreadyExists):
        await scene.tell()
    assert scene.writes() == ["create"] * LOOKS


async def test_one_that_went_meanwhile_is_made_again(scene: Scene) -> None:
    await scene.tell()
    scene.api.faults.append(Fault(status=404, reason="NotFound", verb="patch"))
    await scene.tell("2")
    assert scene.writes() == ["create", "create", "patch", "patch"]
