"""What is mounted below a node, read and let go."""

import ctypes
import os
from pathlib import Path

import pytest

from keyferry.lab.serve.kubelet import mounts

TABLE = """\
22 1 0:21 / / rw,relatime - overlay overlay rw
30 22 0:30 / /n/pods/u/mount rw,nosuid - tmpfs tmpfs rw,size=1024k
31 30 0:31 / /n/pods/u/mount/in\\040ner rw - tmpfs tmpfs rw
32 22 0:32 / /nearby rw - tmpfs tmpfs rw
"""


def test_the_innermost_comes_first() -> None:
    found = mounts.below(Path("/n"), TABLE)
    assert found == [Path("/n/pods/u/mount/in ner"), Path("/n/pods/u/mount")]


def test_what_is_not_mounted_is_clear(tmp_path: Path) -> None:
    assert mounts.clear(tmp_path)


def test_a_real_mount_is_let_go(tmp_path: Path) -> None:
    place = tmp_path / "mount"
    place.mkdir()
    if ctypes.CDLL(None).mount(b"tmpfs", os.fsencode(place), b"tmpfs", 0, b"size=64k") != 0:
        pytest.skip("this process may not mount: what is left mounted cannot be shown to go")
    assert os.path.ismount(place)
    assert mounts.clear(tmp_path)
    assert not os.path.ismount(place)
