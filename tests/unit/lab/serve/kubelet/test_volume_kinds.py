import pytest

from keyferry.lab.serve.kubelet import volume_kinds
from keyferry.lab.serve.kubelet.csi_volume import CsiVolume
from keyferry.lab.serve.kubelet.file_volume import FileVolume
from keyferry.lab.serve.kubelet.host_path import HostPath
from keyferry.lab.serve.kubelet.volume_kinds import EmptyFolder, Unknown
from keyferry.lab.serve.kubelet.volumes import VolumeFailed
from tests.fakes.kubelet_node import kubelet_node

POD = {"metadata": {"name": "app", "namespace": "default", "uid": "u"}, "spec": {}}


@pytest.mark.parametrize(
    ("volume", "kind"),
    [
        ({"csi": {"driver": "d"}}, CsiVolume),
        ({"secret": {"secretName": "s"}}, FileVolume),
        ({"projected": {"sources": []}}, FileVolume),
        ({"emptyDir": {}}, EmptyFolder),
        ({"hostPath": {"path": "/etc"}}, HostPath),
        ({}, EmptyFolder),
        ({"nfs": {}}, Unknown),
    ],
)
async def test_kinds(volume: dict[str, object], kind: type) -> None:
    async with kubelet_node() as cluster:
        assert isinstance(volume_kinds.make(cluster.kubelet.node, POD, {"name": "v", **volume}), kind)


async def test_an_empty_folder_lives_as_long_as_its_pod() -> None:
    async with kubelet_node() as cluster:
        volume = volume_kinds.make(cluster.kubelet.node, POD, {"name": "v", "emptyDir": {}})
        await volume.set_up(POD)
        (volume.path / "file").touch()
        await volume.set_up(POD)
        assert (volume.path / "file").exists()
        assert (volume.shows(None), volume.again_after()) == (False, None)
        await volume.tear_down()
        assert not volume.path.exists()


async def test_a_kind_that_the_lab_has_not_is_named() -> None:
    volume = Unknown("v", "nfs")
    with pytest.raises(VolumeFailed, match="no nfs volumes"):
        await volume.set_up(POD)
    await volume.tear_down()
    assert (volume.shows(None), volume.again_after()) == (False, None)
