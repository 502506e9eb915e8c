"""Paths of a node, within its folder."""

from pathlib import Path, PurePosixPath

import pytest

from keyferry.lab.serve.kubelet import host_path
from keyferry.lab.serve.kubelet.host_path import HostPath
from keyferry.lab.serve.kubelet.volumes import VolumeFailed

POD = {"metadata": {"name": "app"}}


def volume(root: Path, path: str, kind: str = "") -> HostPath:
    return HostPath(root, {"name": "v", "hostPath": {"path": path, "type": kind}})


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("/var/lib/kubelet/plugins/x", "n/plugins/x"),
        ("/var/lib/kubelet", "n"),
        ("/etc/app", "n/host/etc/app"),
        ("/../../etc", "n/host/etc"),
    ],
)
def test_a_path_is_within_the_nodes_folder(asked: str, place: str) -> None:
    assert host_path.place(Path("n"), PurePosixPath(asked)) == Path(place)


@pytest.mark.parametrize(("kind", "is_folder"), [("", True), ("DirectoryOrCreate", True), ("FileOrCreate", False)])
async def test_it_is_made_where_that_is_asked_for(tmp_path: Path, kind: str, is_folder: bool) -> None:
    one = volume(tmp_path, "/etc/app", kind)
    await one.set_up(POD)
    await one.set_up(POD)
    await one.tear_down()
    assert (one.path.exists(), one.path.is_dir()) == (True, is_folder)
    assert (one.shows(None), one.again_after()) == (False, None)


@pytest.mark.parametrize(
    ("kind", "words"), [("Directory", "a directory"), ("Socket", "a socket file"), ("BlockDevice", "a block device")]
)
async def test_it_must_be_what_the_type_says(tmp_path: Path, kind: str, words: str) -> None:
    (tmp_path / "host").mkdir()
    (tmp_path / "host" / "file").touch()
    with pytest.raises(VolumeFailed, match=f"hostPath type check failed: /file is not {words}"):
        await volume(tmp_path, "/file", kind).set_up(POD)
    await volume(tmp_path, "/file", "File").set_up(POD)
