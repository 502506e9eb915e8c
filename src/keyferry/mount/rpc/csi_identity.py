"""The CSI services Identity and, as far as csi-sanity insists, Controller: who this plugin is, and that it lives.

Names: https://github.com/container-storage-interface/spec/blob/master/spec.md#getplugininfo.
"""

import re
from dataclasses import dataclass
from typing import Final

from google.protobuf.wrappers_pb2 import BoolValue

from keyferry.model.errors import SpecError
from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc.services import Service, unary

NAME: Final = "csi.v1.Identity"
CONTROLLER_NAME: Final = "csi.v1.Controller"
MOST_NAME_CHARACTERS: Final = 63

_NAME = re.compile(r"[a-zA-Z]([a-zA-Z0-9.-]*[a-zA-Z])?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Plugin:
    """What the plugin says of itself: the driver's name, our version, the node's name."""

    driver_name: str
    version: str
    node_id: str

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.driver_name) or len(self.driver_name) > MOST_NAME_CHARACTERS:
            raise SpecError(
                what=f"{self.driver_name[:100]!r} is not a CSI driver's name",
                cause=f"it has 1 to {MOST_NAME_CHARACTERS} letters, digits, . and -, a letter first and last",
                remedy="choose another with --drivername, the name of the CSIDriver object",
            )
        if not self.node_id:
            raise SpecError(
                what="the node has no name",
                cause="kubelet refuses a plugin whose node id is empty",
                remedy="set --nodeid to the node's name, by the downward API's spec.nodeName",
            )


def identity(plugin: Plugin) -> Service:
    """Return the service that tells who the plugin is."""

    async def info(_request: csi_pb2.GetPluginInfoRequest) -> csi_pb2.GetPluginInfoResponse:
        return csi_pb2.GetPluginInfoResponse(name=plugin.driver_name, vendor_version=plugin.version)

    async def capabilities(_request: csi_pb2.GetPluginCapabilitiesRequest) -> csi_pb2.GetPluginCapabilitiesResponse:
        return csi_pb2.GetPluginCapabilitiesResponse()  # a node's part is all there is

    async def probe(_request: csi_pb2.ProbeRequest) -> csi_pb2.ProbeResponse:
        return csi_pb2.ProbeResponse(ready=BoolValue(value=True))

    return Service(
        name=NAME,
        methods={
            "GetPluginInfo": unary("GetPluginInfo", csi_pb2.GetPluginInfoRequest, info),
            "GetPluginCapabilities": unary("GetPluginCapabilities", csi_pb2.GetPluginCapabilitiesRequest, capabilities),
            "Probe": unary("Probe", csi_pb2.ProbeRequest, probe),
        },
    )


def controller() -> Service:
    """Return a controller that can do nothing and says so: csi-sanity asks it even where no plugin announces one."""

    async def capabilities(
        _request: csi_pb2.ControllerGetCapabilitiesRequest,
    ) -> csi_pb2.ControllerGetCapabilitiesResponse:
        return csi_pb2.ControllerGetCapabilitiesResponse()

    method = "ControllerGetCapabilities"
    return Service(
        name=CONTROLLER_NAME,
        methods={method: unary(method, csi_pb2.ControllerGetCapabilitiesRequest, capabilities)},
    )
