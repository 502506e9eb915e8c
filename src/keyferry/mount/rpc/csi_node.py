"""The CSI service Node: kubelet's calls, checked and handed on. Called by run; calls what publishes.

Rules: https://github.com/container-storage-interface/spec/blob/master/spec.md#node-service-rpc.
"""

from typing import Final, Protocol

from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc import requests
from keyferry.mount.rpc.calls import Calls
from keyferry.mount.rpc.csi_identity import Plugin
from keyferry.mount.rpc.requests import PublishRequest
from keyferry.mount.rpc.services import Service, unary

NAME: Final = "csi.v1.Node"


class Volumes(Protocol):
    """Who mounts and unmounts. Both are idempotent, and raise a KeyferryError to refuse.

    An unpublish may come while a publish is under way, which it ends.
    """

    async def publish(self, request: PublishRequest) -> None:
        """Make the volume show its files, or see that it does."""
        ...

    async def unpublish(self, volume_id: str, target_path: str) -> None:
        """Take the volume and its target away, or see that they are gone."""
        ...


def node(plugin: Plugin, volumes: Volumes, calls: Calls) -> Service:
    """Return the service by which kubelet mounts; `calls` sees begun calls through.

    One publish at a time for each target, and one unpublish beside it: a vault that hangs keeps no pod from ending.

    Staging is checked and does nothing. Statistics and growth are not offered: a volume is as large as its secrets.
    """
    staging = _Staging()
    publishing = _Publishing(volumes, calls)
    about = _About(plugin)
    return Service(
        name=NAME,
        methods={
            "NodeGetInfo": unary("NodeGetInfo", csi_pb2.NodeGetInfoRequest, about.info),
            "NodeGetCapabilities": unary("NodeGetCapabilities", csi_pb2.NodeGetCapabilitiesRequest, about.capabilities),
            "NodeStageVolume": unary("NodeStageVolume", csi_pb2.NodeStageVolumeRequest, staging.stage),
            "NodeUnstageVolume": unary("NodeUnstageVolume", csi_pb2.NodeUnstageVolumeRequest, staging.unstage),
            "NodePublishVolume": unary("NodePublishVolume", csi_pb2.NodePublishVolumeRequest, publishing.publish),
            "NodeUnpublishVolume": unary(
                "NodeUnpublishVolume", csi_pb2.NodeUnpublishVolumeRequest, publishing.unpublish
            ),
        },
    )


class _About:
    def __init__(self, plugin: Plugin) -> None:
        self._plugin = plugin

    async def info(self, _request: csi_pb2.NodeGetInfoRequest) -> csi_pb2.NodeGetInfoResponse:
        return csi_pb2.NodeGetInfoResponse(node_id=self._plugin.node_id)

    async def capabilities(self, _request: csi_pb2.NodeGetCapabilitiesRequest) -> csi_pb2.NodeGetCapabilitiesResponse:
        """VOLUME_MOUNT_GROUP alone: kubelet then sends the pod's fsGroup, which it would else leave out."""
        offered = csi_pb2.NodeServiceCapability.RPC(type=csi_pb2.NodeServiceCapability.RPC.VOLUME_MOUNT_GROUP)
        return csi_pb2.NodeGetCapabilitiesResponse(capabilities=[csi_pb2.NodeServiceCapability(rpc=offered)])


class _Staging:
    async def stage(self, request: csi_pb2.NodeStageVolumeRequest) -> csi_pb2.NodeStageVolumeResponse:
        requests.check_stage(request)
        return csi_pb2.NodeStageVolumeResponse()

    async def unstage(self, request: csi_pb2.NodeUnstageVolumeRequest) -> csi_pb2.NodeUnstageVolumeResponse:
        requests.check_unstage(request)
        return csi_pb2.NodeUnstageVolumeResponse()


class _Publishing:
    def __init__(self, volumes: Volumes, calls: Calls) -> None:
        self._volumes = volumes
        self._calls = calls

    async def publish(self, wire: csi_pb2.NodePublishVolumeRequest) -> csi_pb2.NodePublishVolumeResponse:
        request = requests.publish_request(wire)
        await self._calls.carry_out(request.target_path, lambda: self._volumes.publish(request))
        return csi_pb2.NodePublishVolumeResponse()

    async def unpublish(self, wire: csi_pb2.NodeUnpublishVolumeRequest) -> csi_pb2.NodeUnpublishVolumeResponse:
        request = requests.unpublish_request(wire)
        await self._calls.carry_out(
            f"unpublish {request.target_path}",
            lambda: self._volumes.unpublish(request.volume_id, request.target_path),
        )
        return csi_pb2.NodeUnpublishVolumeResponse()
