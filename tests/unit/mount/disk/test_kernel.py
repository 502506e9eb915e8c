"""Real mounts, where this process may make them."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyferry.mount.disk import kernel as kernels
from keyferry.mount.disk import tree
from keyferry.mount.disk.folder import Folder
from keyferry.mount.disk.kernel import Kernel, LinuxKernel
from keyferry.mount.disk.mountinfo import Mounted
from tests.fakes.volumes import kernel_that_mounts, unmount_all

SIZE = 1024 * 1024


@pytest.fixture
def kernel(tmp_path: Path) -> Iterator[LinuxKernel]:
    try:
        yield kernel_that_mounts()
    finally:
        unmount_all(tmp_path)


@pytest.fixture
def parent(tmp_path: Path) -> Iterator[Folder]:
    (tmp_path / "mount").mkdir()
    with Folder.root(str(tmp_path)) as folder:
        yield folder


def options(path: Path) -> set[str]:
    lines = [line for line in Path("/proc/self/mountinfo").read_text().splitlines() if f" {path} " in line]
    return {option for line in lines for part in (5, -1) for option in line.split(" ")[part].split(",")}


def test_a_mount_is_bounded_and_harmless(kernel: LinuxKernel, parent: Folder, tmp_path: Path) -> None:
    assert kernel.mounted(parent, "mount") is None
    kernel.mount(parent, "mount", size_bytes=SIZE)

    assert kernel.mounted(parent, "mount") == Mounted(kind="tmpfs", source="keyferry")
    assert {"nosuid", "nodev", "noexec", "size=1024k"} <= options(tmp_path / "mount")
    assert ("noswap" in options(tmp_path / "mount")) == kernel.takes_noswap
    assert (tmp_path / "mount").stat().st_mode & 0o7777 == 0o755
    with pytest.raises(OSError, match="No space"):
        (tmp_path / "mount" / "large").write_bytes(b"x" * (SIZE + 1))


def test_an_unmounted_place_is_what_it_was(kernel: LinuxKernel, parent: Folder, tmp_path: Path) -> None:
    (tmp_path / "mount" / "below").touch()
    kernel.mount(parent, "mount", size_bytes=SIZE)
    kernel.unmount(parent, "mount")
    assert kernel.mounted(parent, "mount") is None
    assert (tmp_path / "mount" / "below").exists()
    with pytest.raises(OSError, match="Invalid argument"):
        kernel.unmount(parent, "mount")


def test_a_busy_mount_loses_its_name(kernel: LinuxKernel, parent: Folder, tmp_path: Path) -> None:
    kernel.mount(parent, "mount", size_bytes=SIZE)
    (tmp_path / "mount" / "file").write_text("held")
    with (tmp_path / "mount" / "file").open() as held:
        kernel.unmount(parent, "mount")
        assert kernel.mounted(parent, "mount") is None
        assert held.read() == "held"


def test_links_are_neither_mounted_on_nor_unmounted(kernel: LinuxKernel, parent: Folder, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to("mount")
    with pytest.raises(OSError, match=r"Not a directory|symbolic links"):
        kernel.mount(parent, "link", size_bytes=SIZE)
    kernel.mount(parent, "mount", size_bytes=SIZE)
    with pytest.raises(OSError, match="Invalid argument"):
        kernel.unmount(parent, "link")
    assert kernel.mounted(parent, "link") is None
    assert kernel.mounted(parent, "mount")


def test_removal_stops_at_a_mount(kernel: LinuxKernel, parent: Folder, tmp_path: Path) -> None:
    kernel.mount(parent, "mount", size_bytes=SIZE)
    (tmp_path / "mount" / "precious").touch()
    with pytest.raises(OSError, match="busy"):
        tree.clear(parent)
    assert (tmp_path / "mount" / "precious").exists()


@pytest.mark.parametrize("call", ["mount", "unmount", "mounted"])
def test_a_name_that_is_not_there(call: str, kernel: LinuxKernel, parent: Folder) -> None:
    arguments = {"size_bytes": SIZE} if call == "mount" else {}
    with pytest.raises(FileNotFoundError):
        getattr(kernel, call)(parent, "gone", **arguments)


@pytest.mark.parametrize("takes_noswap", [True, False])
def test_a_size_that_is_none_is_refused(takes_noswap: bool, kernel: LinuxKernel, parent: Folder) -> None:
    kernel.takes_noswap = takes_noswap
    with pytest.raises(OSError, match="Invalid argument"):
        kernel.mount(parent, "mount", size_bytes=-1)
    assert kernel.takes_noswap == takes_noswap


class OldKernel(LinuxKernel):
    """Linux before 6.4, which knows no `noswap`."""

    def _mount(self, place: int, options: str) -> int:
        return errno.EINVAL if "noswap" in options else super()._mount(place, options)


def test_an_old_kernel_mounts_without_noswap(kernel: LinuxKernel, parent: Folder, tmp_path: Path) -> None:
    old = OldKernel()
    known = [old.takes_noswap]
    old.mount(parent, "mount", size_bytes=SIZE)
    assert [*known, old.takes_noswap] == [True, False]
    assert "noswap" not in options(tmp_path / "mount")


class Refusing:
    """A kernel that has its reasons."""

    def __init__(self, refusal: Exception) -> None:
        self.refusal = refusal

    def mount(self, parent: Folder, name: str, *, size_bytes: int) -> None:
        raise self.refusal

    def unmount(self, parent: Folder, name: str) -> None:
        raise AssertionError("nothing was mounted")

    def mounted(self, parent: Folder, name: str) -> Mounted | None:
        return None


@pytest.mark.parametrize(
    ("refusal", "words"),
    [
        pytest.param(PermissionError(errno.EPERM, "x"), "CAP_SYS_ADMIN", id="no-right"),
        pytest.param(OSError(errno.ENODEV, os.strerror(errno.ENODEV)), "No such device", id="no-tmpfs"),
        pytest.param(OSError(), "OSError", id="no-text"),
        pytest.param(AttributeError("mount"), "no Linux", id="no-linux"),
    ],
)
def test_why_nothing_can_be_mounted_is_told(refusal: Exception, words: str) -> None:
    kernel: Kernel = Refusing(refusal)
    assert words in kernels.may_mount(kernel)
