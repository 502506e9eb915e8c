"""CSI and plugin registration on the wire, with a driver of other making."""

from pathlib import Path

import grpc
import pytest

from keyferry.lab.kubernetes.kubelet.csi_volumes import Publish
from keyferry.lab.serve.kubelet import csi_client
from keyferry.lab.serve.kubelet.csi_client import CallFailed
from keyferry.lab.serve.kubelet.protobuf import csi_pb2
from tests.fakes.csi_driver import FakeDriver
from tests.fakes.running_lab import short_folder


def driver(folder: Path) -> FakeDriver:
    made = FakeDriver(folder)
    made.registration.parent.mkdir()
    return made


async def test_a_plugin_tells_what_it_is_and_hears_what_became_of_it() -> None:
    with short_folder() as folder:
        async with driver(folder).listening() as one:
            plugin = await csi_client.plugin_info(one.registration)
            assert (plugin.type, plugin.name, plugin.versions) == ("CSIPlugin", one.name, ("1.0.0",))
            assert plugin.endpoint == str(one.endpoint)
            await csi_client.notify(one.registration, "no room")
            assert one.told == [(False, "no room")]
            assert (await csi_client.node_info(one.endpoint)).node_id == "machine-1"


async def test_publishes_and_unpublishes() -> None:
    with short_folder() as folder:
        async with driver(folder).listening() as one:
            one.capabilities = [csi_pb2.NodeServiceCapability.RPC.SINGLE_NODE_MULTI_WRITER]
            target = folder / "target"
            asked = Publish(volume_id="v", target_path=str(target), read_only=True, context={"a": "b"})
            await csi_client.publish(one.endpoint, asked, "2000")
            sent = one.published[0]
            assert (sent.volume_id, dict(sent.volume_context), sent.readonly) == ("v", {"a": "b"}, True)
            assert sent.volume_capability.mount.volume_mount_group == ""
            assert sent.volume_capability.access_mode.mode == 7
            await csi_client.unpublish(one.endpoint, "v", str(target))
            assert not target.exists()


async def test_a_refusal_keeps_its_code_and_words() -> None:
    with short_folder() as folder:
        async with driver(folder).listening() as one:
            one.refusals = [(grpc.StatusCode.PERMISSION_DENIED, "not you")]
            asked = Publish(volume_id="v", target_path=str(folder / "target"), read_only=True)
            with pytest.raises(CallFailed, match="not you") as refusal:
                await csi_client.publish(one.endpoint, asked, "")
            assert refusal.value.code == "PERMISSION_DENIED"


async def test_a_socket_that_is_not_there_is_unavailable() -> None:
    with short_folder() as folder:
        with pytest.raises(CallFailed) as refusal:
            await csi_client.node_info(folder / "none.sock")
        assert refusal.value.code == "UNAVAILABLE"
