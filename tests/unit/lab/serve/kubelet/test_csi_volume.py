"""One CSI volume by hand; the whole way is in tests/contract/kubelet."""

import json

import pytest

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.csi_volume import CsiVolume
from keyferry.lab.serve.kubelet.volumes import VolumeFailed
from tests.fakes.csi_driver import FakeDriver
from tests.fakes.kubelet_node import KubeletNode, kubelet_node, until

VOLUME = {"name": "files", "csi": {"driver": "files.csi.example", "readOnly": True}}


async def volume_of(cluster: KubeletNode, *, is_repeated: bool = False) -> tuple[CsiVolume, Object]:
    await cluster.driver(requiresRepublish=is_repeated)
    pod = await cluster.pod("app")
    await until(lambda: cluster.kubelet.node.drivers.objects)
    return CsiVolume(cluster.kubelet.node, pod, VOLUME), pod


async def test_a_note_lies_beside_the_target() -> None:
    async with kubelet_node() as cluster, FakeDriver(cluster.root).listening() as driver:
        await until(lambda: driver.told)
        volume, pod = await volume_of(cluster)
        await volume.set_up(pod)
        noted = json.loads((volume.path.parent / "vol_data.json").read_text())
        assert (noted["driverName"], noted["nodeName"]) == (driver.name, "node-1")
        assert (volume.path.parent.stat().st_mode & 0o777) == 0o750
        assert (volume.again_after(), volume.shows(None)) == (None, False)
        await volume.tear_down()
        assert not volume.path.parent.exists()


async def test_a_volume_that_was_never_asked_for_needs_no_driver_to_go() -> None:
    async with kubelet_node() as cluster:
        volume, pod = await volume_of(cluster, is_repeated=True)
        with pytest.raises(VolumeFailed, match="not found in the list of registered CSI drivers"):
            await volume.set_up(pod)
        await volume.tear_down()
        assert 60 <= (volume.again_after() or 0) <= 90


async def test_a_volume_whose_driver_left_waits_for_it_to_go() -> None:
    async with kubelet_node() as cluster:
        async with FakeDriver(cluster.root).listening() as driver:
            await until(lambda: driver.told)
            volume, pod = await volume_of(cluster)
            await volume.set_up(pod)
        await until(lambda: not cluster.kubelet.node.plugins.drivers)
        with pytest.raises(VolumeFailed, match=r"Unmounter.TearDownAt failed to get CSI client"):
            await volume.tear_down()
