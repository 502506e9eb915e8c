import asyncio

import grpc
import grpc.aio
import pytest

from keyferry.model.errors import NotFound
from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc import csi_node
from keyferry.mount.rpc.calls import Calls
from keyferry.mount.rpc.csi_identity import Plugin
from tests.fakes import csi_requests
from tests.fakes.pod_volumes import PodVolumes
from tests.fakes.unix_sockets import Client, serving

PLUGIN = Plugin(driver_name="secrets-store.csi.k8s.io", version="0.1.0", node_id="node-1")


async def publish(client: Client, target: str = csi_requests.TARGET) -> None:
    await client.call(
        "/csi.v1.Node/NodePublishVolume", csi_requests.publish(target=target), csi_pb2.NodePublishVolumeResponse
    )


async def unpublish(client: Client) -> None:
    await client.call("/csi.v1.Node/NodeUnpublishVolume", csi_requests.unpublish(), csi_pb2.NodeUnpublishVolumeResponse)


async def test_says_what_the_node_is_and_can() -> None:
    async with serving(csi_node.node(PLUGIN, PodVolumes(), Calls())) as client:
        info = await client.call("/csi.v1.Node/NodeGetInfo", csi_pb2.NodeGetInfoRequest(), csi_pb2.NodeGetInfoResponse)
        assert (info.node_id, info.max_volumes_per_node) == ("node-1", 0)
        can = await client.call(
            "/csi.v1.Node/NodeGetCapabilities",
            csi_pb2.NodeGetCapabilitiesRequest(),
            csi_pb2.NodeGetCapabilitiesResponse,
        )
        kind = csi_pb2.NodeServiceCapability.RPC
        assert [each.rpc.type for each in can.capabilities] == [kind.VOLUME_MOUNT_GROUP]


async def test_publishes_and_unpublishes_as_often_as_kubelet_likes() -> None:
    volumes = PodVolumes()
    async with serving(csi_node.node(PLUGIN, volumes, Calls())) as client:
        await publish(client)
        await publish(client)
        assert [request.pod.name for request in volumes.published.values()] == ["api-0"]
        await unpublish(client)
        await unpublish(client)
        assert volumes.published == {}


async def test_a_refusal_keeps_its_words() -> None:
    volumes = PodVolumes()
    volumes.failure = NotFound(what="failed to get secretproviderclass payments/kv", cause="not found")
    async with serving(csi_node.node(PLUGIN, volumes, Calls())) as client:
        with pytest.raises(grpc.aio.AioRpcError) as refusal:
            await publish(client)
    assert refusal.value.code() is grpc.StatusCode.UNKNOWN
    assert refusal.value.details() == "failed to get secretproviderclass payments/kv: not found"


async def test_one_call_at_a_time_for_a_target_and_many_for_many() -> None:
    volumes = PodVolumes()
    volumes.let_go.clear()
    async with serving(csi_node.node(PLUGIN, volumes, Calls())) as client:
        one = asyncio.gather(publish(client), publish(client))
        await volumes.begun.wait()
        volumes.let_go.set()
        await one
        assert volumes.most_at_once == 1
        volumes.let_go.clear()
        volumes.crowded.clear()
        volumes.crowd = 8
        many = asyncio.gather(*(publish(client, f"/pods/{number}/mount") for number in range(8)))
        await volumes.crowded.wait()
        volumes.let_go.set()
        await many


async def test_an_unpublish_waits_for_no_publish() -> None:
    volumes = PodVolumes()
    volumes.let_go.clear()
    volumes.crowd = 2
    async with serving(csi_node.node(PLUGIN, volumes, Calls())) as client:
        both = asyncio.gather(publish(client), unpublish(client))
        await volumes.crowded.wait()
        volumes.let_go.set()
        await both


async def test_what_kubelet_gives_up_is_carried_to_its_end() -> None:
    volumes, calls = PodVolumes(), Calls()
    volumes.let_go.clear()
    async with serving(csi_node.node(PLUGIN, volumes, calls)) as client:
        caller = asyncio.create_task(publish(client))
        await volumes.begun.wait()
        caller.cancel()
        with pytest.raises(asyncio.CancelledError):
            await caller
        volumes.let_go.set()
        await calls.settle()
        assert list(volumes.published) == [csi_requests.TARGET]


async def test_staging_does_nothing_but_look() -> None:
    staged = csi_pb2.NodeStageVolumeRequest(
        volume_id="v", staging_target_path="/s", volume_capability=csi_requests.capability()
    )
    volumes = PodVolumes()
    async with serving(csi_node.node(PLUGIN, volumes, Calls())) as client:
        await client.call("/csi.v1.Node/NodeStageVolume", staged, csi_pb2.NodeStageVolumeResponse)
        unstaged = csi_pb2.NodeUnstageVolumeRequest(volume_id="v", staging_target_path="/s")
        await client.call("/csi.v1.Node/NodeUnstageVolume", unstaged, csi_pb2.NodeUnstageVolumeResponse)
    assert volumes.published == {}
