import pytest

from keyferry.model.errors import SpecError
from keyferry.mount.protobuf import csi_pb2
from keyferry.mount.rpc import csi_identity
from keyferry.mount.rpc.csi_identity import Plugin
from tests.fakes.unix_sockets import serving

PLUGIN = Plugin(driver_name="secrets-store.csi.k8s.io", version="0.1.0", node_id="node-1")


async def test_says_who_the_plugin_is_and_that_it_lives() -> None:
    async with serving(csi_identity.identity(PLUGIN), csi_identity.controller()) as client:
        info = await client.call(
            "/csi.v1.Identity/GetPluginInfo", csi_pb2.GetPluginInfoRequest(), csi_pb2.GetPluginInfoResponse
        )
        assert (info.name, info.vendor_version) == ("secrets-store.csi.k8s.io", "0.1.0")
        can = await client.call(
            "/csi.v1.Identity/GetPluginCapabilities",
            csi_pb2.GetPluginCapabilitiesRequest(),
            csi_pb2.GetPluginCapabilitiesResponse,
        )
        assert list(can.capabilities) == []
        probe = await client.call("/csi.v1.Identity/Probe", csi_pb2.ProbeRequest(), csi_pb2.ProbeResponse)
        assert probe.ready.value is True
        controls = await client.call(
            "/csi.v1.Controller/ControllerGetCapabilities",
            csi_pb2.ControllerGetCapabilitiesRequest(),
            csi_pb2.ControllerGetCapabilitiesResponse,
        )
        assert list(controls.capabilities) == []


@pytest.mark.parametrize("name", ["", "x" * 64, "-x", "x.", "1x", "a_b", "a/b", "x\n", "../x"])
def test_refuses_names_that_no_driver_has(name: str) -> None:
    with pytest.raises(SpecError, match="--drivername"):
        Plugin(driver_name=name, version="0.1.0", node_id="node-1")


def test_refuses_a_node_without_a_name() -> None:
    with pytest.raises(SpecError, match="--nodeid"):
        Plugin(driver_name="a.b", version="0.1.0", node_id="")
