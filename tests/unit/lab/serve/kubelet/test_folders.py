import ctypes
import os
import stat
from pathlib import Path

import pytest

from keyferry.lab.serve.kubelet import folders, mounts


def test_every_missing_folder_is_the_nodes_own(tmp_path: Path) -> None:
    folders.make(tmp_path / "a" / "b")
    folders.make(tmp_path / "a" / "b")
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) & ~0o750 == 0
    assert (tmp_path / "a" / "b").is_dir()
    folders.remove(tmp_path / "a")
    folders.remove(tmp_path / "a")
    assert not (tmp_path / "a").exists()


def test_nothing_is_removed_where_something_is_mounted(tmp_path: Path) -> None:
    place = tmp_path / "a" / "mount"
    place.mkdir(parents=True)
    libc = ctypes.CDLL(None)
    if libc.mount(b"tmpfs", os.fsencode(place), b"tmpfs", 0, b"size=64k") != 0:
        pytest.skip("this process may not mount: that a mount is left alone cannot be shown")
    try:
        (place / "file").touch()
        folders.remove(tmp_path / "a")
        assert (place / "file").exists()
    finally:
        libc.umount2(os.fsencode(place), mounts.MNT_DETACH)
    folders.remove(tmp_path / "a")
    assert not place.exists()
