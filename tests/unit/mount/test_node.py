"""The CSI plugin of one node over its socket, without tmpfs, against the fake API server."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import grpc.aio
import pytest

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.mount.azure.tokens import KubeletTokens
from keyferry.mount.cluster.kinds import CLASSES, POD_STATUSES
from keyferry.mount.node import Node
from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.settings import Settings, VolumeSettings
from keyferry.runtime.health import HealthServer
from tests.fakes import unix_sockets
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld, Write
from tests.fakes.mount_stage import FakeProvider
from tests.fakes.offset_clock import OffsetClock

CLASS = Key(namespace="app", name="secrets")
UID = "11111111-2222-4333-8444-555555555555"


class Feeds:
    """Nobody changes anything here."""

    def on_change(self, callback: object) -> None:
        pass

    def feeds(self) -> tuple[()]:
        return ()

    def woken(self, *_: object) -> None:
        raise NotImplementedError


class Scene:
    """A node that serves, and kubelet's view of it."""

    def __init__(self, node: Node, client: unix_sockets.Client, root: Path, provider: FakeProvider) -> None:
        self.node, self.provider, self.root = node, provider, root
        self.target = root / "pods" / UID / "volumes" / "kubernetes.io~csi" / "secrets" / "mount"
        self._client = client

    async def publish(self) -> None:
        self.target.parent.mkdir(parents=True, exist_ok=True)
        context = {
            "secretProviderClass": "secrets",
            "csi.storage.k8s.io/pod.name": "web-1",
            "csi.storage.k8s.io/pod.namespace": "app",
            "csi.storage.k8s.io/pod.uid": UID,
            "csi.storage.k8s.io/serviceAccount.name": "web",
        }
        request = csi_pb2.NodePublishVolumeRequest(
            volume_id="csi-1",
            target_path=str(self.target),
            volume_capability=csi_pb2.VolumeCapability(mount=csi_pb2.VolumeCapability.MountVolume()),
            readonly=True,
            volume_context=context,
        )
        await self._client.call("/csi.v1.Node/NodePublishVolume", request, csi_pb2.NodePublishVolumeResponse)

    async def unpublish(self) -> None:
        request = csi_pb2.NodeUnpublishVolumeRequest(volume_id="csi-1", target_path=str(self.target))
        await self._client.call("/csi.v1.Node/NodeUnpublishVolume", request, csi_pb2.NodeUnpublishVolumeResponse)


def settings(root: Path) -> Settings:
    return Settings(
        node_id="node-1",
        endpoint=f"unix://{root}/csi.sock",
        registration_folder=str(root),
        rotation_interval=timedelta(seconds=1),
        volumes=VolumeSettings(kubelet_root=root, folder=root / "plugin", without_tmpfs=True),
    )


@asynccontextmanager
async def serving(root: Path, api: FakeKubeApi, **changes: object) -> AsyncIterator[Scene]:
    clock, provider, stop = OffsetClock(), FakeProvider(), asyncio.Event()
    async with Client(api.config()) as client:
        given = replace(settings(root), **changes)  # type: ignore[arg-type]  # fields by name
        node = Node(given, provider, KubeletTokens(clock), client, clock)
        node.watch(Feeds())  # type: ignore[arg-type]  # brief
        node.measure(HealthServer(node.registry))
        async with asyncio.TaskGroup() as group:
            tasks = await node.start(group, stop)
            async with unix_sockets.client_of(root / "csi.sock") as calls:
                yield Scene(node, calls, root, provider)
            await node.finish()
            for task in tasks:
                task.cancel()


@pytest.fixture
async def api() -> AsyncIterator[FakeKubeApi]:
    world = KubeWorld(whole=(CLASSES, POD_STATUSES))
    world.seed(NAMESPACES, {"metadata": {"name": "app"}})
    spec = {"provider": "azure", "parameters": {"keyvaultName": "kv"}}
    world.seed(CLASSES, {"metadata": {"name": "secrets", "namespace": "app"}, "spec": spec})
    async with FakeKubeApi(world) as served:
        yield served


async def test_a_volume_is_there_told_of_and_gone_again(api: FakeKubeApi) -> None:
    with unix_sockets.short_folder() as root:
        async with serving(root, api) as scene:
            await scene.publish()
            assert (scene.target / "password").read_text() == "one"
            (status,) = api.world.all_of(POD_STATUSES)
            assert status["status"]["mounted"]
            await scene.unpublish()
            assert not scene.target.exists()


async def test_a_new_process_goes_on_with_the_volumes_of_the_last(api: FakeKubeApi) -> None:
    with unix_sockets.short_folder() as root:
        async with serving(root, api) as scene:
            await scene.publish()
        async with serving(root, api) as scene:
            assert (scene.target / "password").read_text() == "one"
            scene.provider.has({"password": "two"}, "v2")
            await scene.publish()
            assert (scene.target / "password").read_text() == "two"


async def test_an_edited_class_is_looked_at_at_once(api: FakeKubeApi) -> None:
    with unix_sockets.short_folder() as root:
        async with serving(root, api, rotation_interval=timedelta(hours=1)) as scene:
            await scene.publish()
            scene.provider.has({"password": "two"}, "v2")
            (stored,) = api.world.all_of(CLASSES)
            stored["spec"]["parameters"]["keyvaultName"] = "other"
            api.world.replace(CLASSES, CLASS, stored, Write())
            await api.until(lambda: (scene.target / "password").read_text() == "two")


async def test_kubelet_is_told_why_not(api: FakeKubeApi) -> None:
    with unix_sockets.short_folder() as root:
        async with serving(root, api) as scene:
            api.world.remove(CLASSES, CLASS)
            await api.until(lambda: not api.world.all_of(CLASSES))
            with pytest.raises(grpc.aio.AioRpcError, match="failed to get secretproviderclass app/secrets") as refusal:
                await scene.publish()
            assert refusal.value.code() is grpc.StatusCode.UNKNOWN
            assert not scene.target.exists()


async def test_a_vault_that_hangs_keeps_no_process_from_ending(api: FakeKubeApi) -> None:
    with unix_sockets.short_folder() as root:
        async with serving(root, api) as scene:
            scene.provider.goes_on.clear()
            call = asyncio.create_task(scene.publish())
            await scene.provider.is_asked(1)
        (outcome,) = await asyncio.gather(call, return_exceptions=True)
        assert isinstance(outcome, grpc.aio.AioRpcError | asyncio.CancelledError)
        assert not scene.target.exists()


async def test_the_sockets_go_with_the_process(api: FakeKubeApi) -> None:
    with unix_sockets.short_folder() as root:
        async with serving(root, api):
            assert {path.name for path in root.glob("*.sock")} == {"csi.sock", "secrets-store.csi.k8s.io-reg.sock"}
        assert list(root.glob("*.sock")) == []
