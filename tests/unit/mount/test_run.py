"""The node process: what it refuses, what it serves without a cluster, and how it ends."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import aiohttp
import grpc.aio
import pytest

from keyferry.identity.http import open_session
from keyferry.kube.client import Client
from keyferry.model.errors import KeyferryError, SpecError, Unavailable
from keyferry.mount import run
from keyferry.mount.cluster.kinds import CLASSES, POD_STATUSES
from keyferry.mount.protobuf import csi_pb2, provider_pb2
from keyferry.mount.run import Azure, Process
from keyferry.mount.settings import Settings, VolumeSettings
from keyferry.runtime.clock import SystemClock
from keyferry.vault import client
from tests.fakes import unix_sockets
from tests.fakes.files import appears
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld
from tests.fakes.patience import patient

MOUNT = "/v1alpha1.CSIDriverProvider/Mount"


def free_address() -> str:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


@asynccontextmanager
async def working(settings: Settings, client: Client | None = None) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with open_session() as session, patient():
        azure = Azure(settings, None, session, SystemClock())
        process = Process(settings, azure, client, SystemClock())
        task = asyncio.create_task(process.work(stop))
        try:
            socket_of = (settings.endpoint or settings.provider_endpoint).removeprefix("unix://")
            await appears(Path(socket_of), task)
            await until_served(settings.health_address, task)
            yield
        finally:
            stop.set()
            await task
            await azure.aclose()


async def until_served(address: str, task: asyncio.Task[None]) -> None:
    while not task.done():
        try:
            if (await fetched(address, "/healthz"))[0] == 200:
                return
        except aiohttp.ClientConnectionError:
            pass
        await asyncio.sleep(0)
    await task


async def fetched(address: str, path: str) -> tuple[int, str]:
    async with aiohttp.ClientSession() as session, session.get(f"http://{address}{path}") as answer:
        return answer.status, await answer.text()


def provider_only(root: Path) -> Settings:
    return Settings(
        node_id="",
        endpoint="",
        provider_endpoint=f"unix://{root}/azure.sock",
        health_address=free_address(),
        volumes=VolumeSettings(root, root / "plugin", 1024 * 1024, True),
    )


async def test_the_provider_alone_needs_no_cluster() -> None:
    with unix_sockets.short_folder() as root:
        settings = provider_only(root)
        async with working(settings), unix_sockets.client_of(root / "azure.sock") as client:
            version = await client.call(
                "/v1alpha1.CSIDriverProvider/Version",
                provider_pb2.VersionRequest(version="v1alpha1"),
                provider_pb2.VersionResponse,
            )
            assert (version.version, version.runtime_name) == ("v1alpha1", "keyferry")
            asked = provider_pb2.MountRequest(attributes="{}", secrets="null", permission="420")
            with pytest.raises(grpc.aio.AioRpcError):
                await client.call(MOUNT, asked, provider_pb2.MountResponse)
            status, metrics = await fetched(settings.health_address, "/metrics")
            assert status == 200
            assert "keyferry_feed_activity" in metrics
            (root / "azure.sock").unlink()
            status, told = await fetched(settings.health_address, "/healthz")
            assert (status, "the provider's socket does not answer" in told) == (503, True)
        assert not (root / "azure.sock").exists()


async def test_the_plugin_is_alive_while_its_socket_answers_and_ready_once_kubelet_has_taken_it() -> None:
    with unix_sockets.short_folder() as root:
        settings = Settings(
            node_id="node-1",
            endpoint=f"unix://{root}/csi.sock",
            registration_folder=str(root),
            health_address=free_address(),
            volumes=VolumeSettings(root, root / "plugin", 1024 * 1024, True),
        )
        async with (
            FakeKubeApi(KubeWorld(whole=(CLASSES, POD_STATUSES))) as api,
            Client(api.config()) as client,
            working(settings, client),
            unix_sockets.client_of(root / "csi.sock") as calls,
        ):
            asked = csi_pb2.NodeGetInfoRequest()
            info = await calls.call("/csi.v1.Node/NodeGetInfo", asked, csi_pb2.NodeGetInfoResponse)
            assert info.node_id == "node-1"
            status, text = await fetched(settings.health_address, "/readyz")
            assert (status, "kubelet" in text) == (503, True)
            assert "keyferry_node_volumes" in (await fetched(settings.health_address, "/metrics"))[1]


async def test_a_pod_waits_longer_for_its_vault_than_a_reconcile_would() -> None:
    with unix_sockets.short_folder() as root:
        async with open_session() as session:
            azure = Azure(provider_only(root), None, session, SystemClock())
            assert azure.reader.clients.first_seconds > client.FIRST_SECONDS
            await azure.aclose()


async def test_it_refuses_to_serve_nothing() -> None:
    with pytest.raises(SpecError, match="nothing to serve"):
        await run.run(Settings(node_id="n", endpoint=""))


@pytest.mark.parametrize(
    ("changes", "kind", "words"),
    [
        pytest.param({"registration_folder": "/nowhere"}, SpecError, "cannot listen on /nowhere/", id="no-registry"),
        pytest.param(
            {"provider_endpoint": "unix:///nowhere/azure.sock"}, SpecError, "there is no folder", id="no-folder"
        ),
        pytest.param({"volumes": Path("/proc/nowhere")}, Unavailable, "--plugin-dir", id="no-folder-of-its-own"),
    ],
)
async def test_what_keeps_it_from_starting_is_told_as_it_is(
    changes: dict[str, Any], kind: type[KeyferryError], words: str
) -> None:
    with unix_sockets.short_folder() as root:
        given = {"volumes": root / "plugin"} | changes
        given["volumes"] = VolumeSettings(root, given["volumes"], 1024 * 1024, True)
        settings = Settings(node_id="node-1", endpoint=f"unix://{root}/csi.sock", health_address="127.0.0.1:0", **given)
        world = KubeWorld(whole=(CLASSES, POD_STATUSES))
        async with FakeKubeApi(world) as api, Client(api.config()) as client, open_session() as session:
            azure = Azure(settings, None, session, SystemClock())
            with pytest.raises(kind, match=words):
                await Process(settings, azure, client, SystemClock()).work(asyncio.Event())
            await azure.aclose()
        assert not (root / "csi.sock").exists()
