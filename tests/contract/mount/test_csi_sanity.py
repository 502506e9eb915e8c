"""What csi-sanity checks of a node plugin, over the socket: https://github.com/kubernetes-csi/csi-test."""

import re
from collections.abc import AsyncIterator

import grpc
import grpc.aio
import pytest
from google.protobuf.message import Message

from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc import csi_identity, csi_node
from keyferry.mount.rpc.calls import Calls
from keyferry.mount.rpc.csi_identity import Plugin
from tests.fakes import csi_requests
from tests.fakes.pod_volumes import PodVolumes
from tests.fakes.unix_sockets import Client, serving

PLUGIN = Plugin(driver_name="secrets-store.csi.k8s.io", version="0.1.0", node_id="node-1")


@pytest.fixture
def volumes() -> PodVolumes:
    return PodVolumes()


@pytest.fixture
async def client(volumes: PodVolumes) -> AsyncIterator[Client]:
    services = (
        csi_identity.identity(PLUGIN),
        csi_identity.controller(),
        csi_node.node(PLUGIN, volumes, Calls()),
    )
    async with serving(*services) as client:
        yield client


async def test_the_plugin_has_a_name(client: Client) -> None:
    method = "/csi.v1.Identity/GetPluginInfo"
    info = await client.call(method, csi_pb2.GetPluginInfoRequest(), csi_pb2.GetPluginInfoResponse)
    assert re.fullmatch(r"[a-zA-Z][-a-zA-Z0-9.]{0,61}[a-zA-Z]", info.name)
    assert info.vendor_version


async def test_the_plugin_lives(client: Client) -> None:
    probe = await client.call("/csi.v1.Identity/Probe", csi_pb2.ProbeRequest(), csi_pb2.ProbeResponse)
    assert probe.ready.value


async def test_the_node_has_an_id(client: Client) -> None:
    info = await client.call("/csi.v1.Node/NodeGetInfo", csi_pb2.NodeGetInfoRequest(), csi_pb2.NodeGetInfoResponse)
    assert 0 < len(info.node_id) <= 192
    assert info.max_volumes_per_node >= 0


async def test_capabilities_are_known_ones(client: Client) -> None:
    kind = csi_pb2.NodeServiceCapability.RPC
    node = await client.call(
        "/csi.v1.Node/NodeGetCapabilities",
        csi_pb2.NodeGetCapabilitiesRequest(),
        csi_pb2.NodeGetCapabilitiesResponse,
    )
    assert all(each.rpc.type != kind.UNKNOWN for each in node.capabilities)
    controller = await client.call(
        "/csi.v1.Controller/ControllerGetCapabilities",
        csi_pb2.ControllerGetCapabilitiesRequest(),
        csi_pb2.ControllerGetCapabilitiesResponse,
    )
    assert list(controller.capabilities) == []


def lacking(field: str) -> csi_pb2.NodePublishVolumeRequest:
    wire = csi_requests.publish()
    wire.ClearField(field)  # type: ignore[arg-type]  # the stub lists the names as literals
    return wire


@pytest.mark.parametrize(
    ("method", "request_", "answer"),
    [
        *(
            pytest.param("NodePublishVolume", lacking(field), csi_pb2.NodePublishVolumeResponse, id=f"publish-{field}")
            for field in ("volume_id", "target_path", "volume_capability", "volume_context")
        ),
        pytest.param(
            "NodePublishVolume", lacking("readonly"), csi_pb2.NodePublishVolumeResponse, id="publish-writable"
        ),
        pytest.param(
            "NodeUnpublishVolume",
            csi_pb2.NodeUnpublishVolumeRequest(target_path="/t"),
            csi_pb2.NodeUnpublishVolumeResponse,
            id="unpublish-volume-id",
        ),
        pytest.param(
            "NodeUnpublishVolume",
            csi_pb2.NodeUnpublishVolumeRequest(volume_id="v"),
            csi_pb2.NodeUnpublishVolumeResponse,
            id="unpublish-target-path",
        ),
        pytest.param(
            "NodeStageVolume",
            csi_pb2.NodeStageVolumeRequest(volume_id="v", staging_target_path="/s"),
            csi_pb2.NodeStageVolumeResponse,
            id="stage-capability",
        ),
        pytest.param(
            "NodeUnstageVolume",
            csi_pb2.NodeUnstageVolumeRequest(volume_id="v"),
            csi_pb2.NodeUnstageVolumeResponse,
            id="unstage-path",
        ),
    ],
)
async def test_what_misses_an_argument_is_invalid_and_does_nothing(
    client: Client, volumes: PodVolumes, method: str, request_: Message, answer: type[Message]
) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await client.call(f"/csi.v1.Node/{method}", request_, answer)
    assert refusal.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    assert not volumes.begun.is_set()


@pytest.mark.parametrize(
    "method",
    [
        "Node/NodeGetVolumeStats",
        "Node/NodeExpandVolume",
        "Controller/CreateVolume",
        "Controller/ValidateVolumeCapabilities",
    ],
)
async def test_what_is_not_offered_is_unimplemented(client: Client, method: str) -> None:
    with pytest.raises(grpc.aio.AioRpcError) as refusal:
        await client.send(f"/csi.v1.{method}", b"")
    assert refusal.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_a_volume_comes_and_goes(client: Client, volumes: PodVolumes) -> None:
    for _ in range(2):
        await client.call("/csi.v1.Node/NodePublishVolume", csi_requests.publish(), csi_pb2.NodePublishVolumeResponse)
    assert len(volumes.published) == 1
    for _ in range(2):
        await client.call(
            "/csi.v1.Node/NodeUnpublishVolume", csi_requests.unpublish(), csi_pb2.NodeUnpublishVolumeResponse
        )
    assert volumes.published == {}
