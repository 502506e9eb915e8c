"""CSI and plugin registration as a kubelet speaks them, over unix sockets. One connection for each operation."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import grpc
from google.protobuf.message import Message
from grpc import aio

from keyferry.lab.kubernetes.kubelet.csi_volumes import Publish
from keyferry.lab.kubernetes.kubelet.registration import Plugin
from keyferry.lab.serve.kubelet.protobuf import csi_pb2, registration_pb2

CALL_SECONDS: Final = 120.0
INFO_SECONDS: Final = 1.0
NOTIFY_SECONDS: Final = 5.0
_NODE: Final = "/csi.v1.Node"
_REGISTRATION: Final = "/pluginregistration.Registration"
_OPTIONS: Final = (("grpc.enable_retries", 0), ("grpc.use_local_subchannel_pool", 1))


class CallFailed(Exception):
    """A driver, or the way to it, answered with an error. `code` is the name of a gRPC status code."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeInfo:
    """What a driver says of the node: its name for it, and how many volumes fit (0 for any number)."""

    node_id: str
    max_volumes: int
    topology_keys: tuple[str, ...]


async def plugin_info(socket: Path) -> Plugin:
    """Return what the plugin behind a registration socket says of itself."""
    async with _channel(socket) as channel:
        request = registration_pb2.InfoRequest()
        answer = await _call(channel, f"{_REGISTRATION}/GetInfo", request, registration_pb2.PluginInfo, INFO_SECONDS)
    return Plugin(
        type=answer.type,
        name=answer.name,
        endpoint=answer.endpoint or str(socket),
        versions=tuple(answer.supported_versions),
    )


async def notify(socket: Path, problem: str) -> None:
    """Tell a plugin that it is registered, or why not."""
    status = registration_pb2.RegistrationStatus(plugin_registered=not problem, error=problem)
    answer = registration_pb2.RegistrationStatusResponse
    async with _channel(socket) as channel:
        await _call(channel, f"{_REGISTRATION}/NotifyRegistrationStatus", status, answer, NOTIFY_SECONDS)


async def node_info(endpoint: Path) -> NodeInfo:
    """Ask a driver about the node."""
    async with _channel(endpoint) as channel:
        request = csi_pb2.NodeGetInfoRequest()
        answer = await _call(channel, f"{_NODE}/NodeGetInfo", request, csi_pb2.NodeGetInfoResponse, CALL_SECONDS)
    return NodeInfo(
        node_id=answer.node_id,
        max_volumes=answer.max_volumes_per_node,
        topology_keys=tuple(sorted(answer.accessible_topology.segments)),
    )


async def publish(endpoint: Path, asked: Publish, group: str) -> None:
    """Publish a volume. `group` is sent where the driver applies it itself.

    CallFailed where the driver refuses, or keeps silent for two minutes.
    """
    rpc = csi_pb2.NodeServiceCapability.RPC
    async with _channel(endpoint) as channel:
        offered = await _capabilities(channel)
        multi = rpc.SINGLE_NODE_MULTI_WRITER in offered
        modes = csi_pb2.VolumeCapability.AccessMode
        mode = modes.SINGLE_NODE_MULTI_WRITER if multi else modes.SINGLE_NODE_WRITER
        mount = csi_pb2.VolumeCapability.MountVolume(
            fs_type=asked.fs_type, volume_mount_group=group if rpc.VOLUME_MOUNT_GROUP in offered else ""
        )
        request = csi_pb2.NodePublishVolumeRequest(
            volume_id=asked.volume_id,
            target_path=asked.target_path,
            readonly=asked.read_only,
            volume_capability=csi_pb2.VolumeCapability(mount=mount, access_mode=modes(mode=mode)),
            secrets=asked.secrets,
            volume_context=asked.context,
        )
        await _call(channel, f"{_NODE}/NodePublishVolume", request, csi_pb2.NodePublishVolumeResponse, CALL_SECONDS)


async def unpublish(endpoint: Path, volume_id: str, target_path: str) -> None:
    """Unpublish a volume."""
    async with _channel(endpoint) as channel:
        request = csi_pb2.NodeUnpublishVolumeRequest(volume_id=volume_id, target_path=target_path)
        answer = csi_pb2.NodeUnpublishVolumeResponse
        await _call(channel, f"{_NODE}/NodeUnpublishVolume", request, answer, CALL_SECONDS)


async def _capabilities(channel: aio.Channel) -> set[int]:
    request = csi_pb2.NodeGetCapabilitiesRequest()
    method, answer = f"{_NODE}/NodeGetCapabilities", csi_pb2.NodeGetCapabilitiesResponse
    found = await _call(channel, method, request, answer, CALL_SECONDS)
    return {one.rpc.type for one in found.capabilities}


@asynccontextmanager
async def _channel(socket: Path) -> AsyncIterator[aio.Channel]:
    async with aio.insecure_channel(f"unix:{socket}", options=_OPTIONS) as channel:
        yield channel


async def _call(channel: aio.Channel, method: str, request: Message, answer: Callable[[], Any], seconds: float) -> Any:
    call = channel.unary_unary(
        method,
        request_serializer=type(request).SerializeToString,
        response_deserializer=answer.FromString,  # type: ignore[attr-defined]  # of every message
    )
    try:
        return await call(request, timeout=seconds)
    except aio.AioRpcError as refusal:
        code: grpc.StatusCode = refusal.code()
        raise CallFailed(code.name, refusal.details() or "") from None
