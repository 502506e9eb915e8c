"""One volume on the disk, on a real tmpfs where that may be mounted, and as a plain directory."""

import errno
import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from keyferry.model.errors import SpecError, Unavailable
from keyferry.mount.disk.disk import Disk
from keyferry.mount.disk.folder import Folder
from keyferry.mount.disk.kernel import LinuxKernel
from keyferry.mount.disk.mountinfo import Mounted
from keyferry.mount.disk.targets import Targets
from tests.fakes.volumes import (
    NOW,
    kernel_that_mounts,
    mount_bound,
    mount_broken,
    mount_foreign,
    payload,
    shown,
    target,
    unmount_all,
)

SIZE = 1024 * 1024


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    try:
        yield tmp_path
    finally:
        unmount_all(tmp_path)


@pytest.fixture
def plain(root: Path) -> Disk:
    return Disk(targets=Targets(root=str(root)), kernel=LinuxKernel(), size_limit_bytes=SIZE, is_plain=True)


@pytest.fixture
def mounting(root: Path) -> Disk:
    return Disk(targets=Targets(root=str(root)), kernel=kernel_that_mounts(), size_limit_bytes=SIZE)


@pytest.fixture(params=["plain", "mounting"])
def disk(request: pytest.FixtureRequest) -> Disk:
    found: Disk = request.getfixturevalue(request.param)
    return found


def write(disk: Disk, path: str, contents: dict[str, str]) -> tuple[str, ...]:
    return disk.write(path, payload(contents), group=None, now=NOW).paths


def is_mounted(path: str) -> bool:
    return Path(path).is_mount()


class TestAVolumesLife:
    """Prepared, written, read, removed; each call may come again."""

    def test_from_nothing_to_nothing(self, disk: Disk, root: Path) -> None:
        path = target(root)
        assert not disk.exists(path)
        assert not disk.is_filled(path)
        disk.prepare(path)
        disk.prepare(path)
        assert disk.exists(path)
        assert not disk.is_filled(path)
        assert write(disk, path, {"a": "1", "b/c": "2"}) == ("a", "b/c")
        disk.prepare(path)
        assert disk.is_filled(path)
        assert shown(Path(path)) == {"a": "1", "b/c": "2"}
        assert is_mounted(path) != disk.is_plain

        disk.remove(path)
        disk.remove(path)
        disk.tidy(path)
        assert not disk.exists(path)
        assert Path(path).parent.is_dir()  # kubelet's own

    def test_what_lies_there_is_told_from_what_a_cut_short_write_left(self, disk: Disk, root: Path) -> None:
        path = target(root)
        assert disk.prepare(path)
        (Path(path) / "..2026_03_01_12_00_00.123456789").mkdir()
        assert disk.prepare(path)
        (Path(path) / "written-by-a-vendor").write_text("1")
        assert not disk.prepare(path)
        disk.remove(path)
        assert disk.prepare(path)
        write(disk, path, {"a": "1"})
        assert not disk.prepare(path)

    def test_tidying_takes_the_version_before(self, disk: Disk, root: Path) -> None:
        path = target(root)
        disk.prepare(path)
        write(disk, path, {"a": "1"})
        write(disk, path, {"a": "2"})
        assert len(list(Path(path).glob("..2*"))) == 2
        disk.tidy(path)
        assert len(list(Path(path).glob("..2*"))) == 1

    def test_folders_on_the_way_are_kubelets_kind(self, disk: Disk, root: Path) -> None:
        disk.prepare(target(root))
        assert (root / "pods").stat().st_mode & 0o7777 == 0o750

    def test_what_vanished_is_told(self, disk: Disk, root: Path) -> None:
        with pytest.raises(Unavailable, match="gone"):
            write(disk, target(root), {"a": "1"})

    def test_too_much_is_refused_before_it_is_written(self, disk: Disk, root: Path) -> None:
        path = target(root)
        disk.prepare(path)
        write(disk, path, {"a": "1"})
        with pytest.raises(SpecError, match="too large"):
            write(disk, path, {"a": "x" * (SIZE // 2 + 1)})
        with pytest.raises(SpecError, match="too large"):
            write(disk, path, {f"f{number}": "x" for number in range(129)})
        assert shown(Path(path)) == {"a": "1"}

    def test_bad_paths_are_refused(self, disk: Disk, root: Path) -> None:
        path = target(root)
        disk.prepare(path)
        with pytest.raises(SpecError, match="refused"):
            write(disk, path, {"../a": "1"})
        with pytest.raises(SpecError, match="kubelet's form"):
            disk.prepare(f"{root}/elsewhere")
        with pytest.raises(SpecError, match="not below"):
            disk.remove("/etc")


class TestTricks:
    """What lies on the way, or at the target, that should not."""

    @pytest.mark.parametrize("level", [0, 1, 3, 4])
    def test_a_link_on_the_way_leads_nowhere(self, disk: Disk, root: Path, level: int) -> None:
        kubelet, outside = root / "kubelet", root / "outside"
        place = Path(target(kubelet)).parents[level]
        place.parent.mkdir(parents=True)
        outside.mkdir()
        (outside / "precious").touch()
        place.symlink_to(outside)
        disk = replace(disk, targets=Targets(root=str(kubelet)))
        for call in (disk.prepare, disk.is_filled, disk.remove):
            with pytest.raises(SpecError, match="symbolic link"):
                call(target(kubelet))
        assert [path.name for path in outside.iterdir()] == ["precious"]

    def test_a_link_at_the_target_is_removed_and_not_followed(self, disk: Disk, root: Path) -> None:
        path, outside = Path(target(root)), root / "outside"
        path.parent.mkdir(parents=True)
        outside.mkdir()
        (outside / "precious").touch()
        path.symlink_to(outside)
        with pytest.raises(SpecError, match="symbolic link"):
            disk.prepare(str(path))
        disk.remove(str(path))
        assert not path.is_symlink()
        assert (outside / "precious").exists()

    def test_a_root_may_be_a_link(self, disk: Disk, root: Path) -> None:
        (root / "real").mkdir()
        (root / "kubelet").symlink_to("real")
        disk = replace(disk, targets=Targets(root=f"{root}/kubelet"))
        disk.prepare(target(root / "kubelet"))
        write(disk, target(root / "kubelet"), {"a": "1"})
        assert shown(Path(target(root / "real"))) == {"a": "1"}

    def test_a_root_that_is_not_there(self, disk: Disk, root: Path) -> None:
        disk = replace(disk, targets=Targets(root=f"{root}/none"))
        with pytest.raises(Unavailable):
            disk.prepare(target(root / "none"))
        disk.remove(target(root / "none"))

    def test_children_of_an_unmounted_target_go(self, disk: Disk, root: Path) -> None:
        path = Path(target(root))
        (path / "..data" / "deep").mkdir(parents=True)
        (path / ".hidden").touch()
        disk.remove(str(path))
        assert not path.exists()


class TestMounts:
    """What is mounted at the target already."""

    def test_another_tmpfs_is_taken_over(self, mounting: Disk, root: Path) -> None:
        """The Secrets Store CSI driver's, of a pod that was started under it."""
        path = Path(target(root))
        path.mkdir(parents=True)
        mount_foreign(path, "tmpfs", "tmpfs")
        (path / "foo").write_text("old")
        mounting.prepare(str(path))
        write(mounting, str(path), {"foo": "new"})
        assert shown(path) == {"foo": "new"}
        mounting.remove(str(path))
        assert not path.exists()

    def test_anything_else_is_refused_and_only_unmounted(self, mounting: Disk, root: Path) -> None:
        path, other = Path(target(root)), root / "other"
        path.mkdir(parents=True)
        other.mkdir()
        mount_foreign(other)
        (other / "precious").touch()
        mount_bound(other, path)
        with pytest.raises(Unavailable, match="something else is mounted there"):
            mounting.prepare(str(path))
        mounting.remove(str(path))
        assert not path.exists()
        assert (other / "precious").exists()

    def test_mounts_on_top_of_each_other_all_go(self, mounting: Disk, root: Path) -> None:
        path = target(root)
        mounting.prepare(path)
        for _ in range(3):
            mount_foreign(Path(path), "tmpfs", "tmpfs")
        mounting.remove(path)
        assert not Path(path).exists()

    def test_a_broken_mount_is_replaced_unless_a_pod_may_run_on_it(self, mounting: Disk, root: Path) -> None:
        path = target(root)
        Path(path).mkdir(parents=True)
        mount_broken(Path(path))
        with pytest.raises(Unavailable, match="endpoint"):
            mounting.is_filled(path)
        with pytest.raises(Unavailable, match="endpoint"):
            mounting.prepare(path, is_published=True)
        mounting.prepare(path)
        assert write(mounting, path, {"a": "1"}) == ("a",)

    def test_a_broken_mount_is_removed(self, mounting: Disk, root: Path) -> None:
        path = target(root)
        Path(path).mkdir(parents=True)
        mount_broken(Path(path))
        mounting.remove(path)
        assert not Path(path).exists()

    def test_a_volume_in_use_is_emptied_and_removed(self, mounting: Disk, root: Path) -> None:
        path = target(root)
        mounting.prepare(path)
        write(mounting, path, {"a": "1"})
        with Folder.root(path) as held:
            mounting.remove(path)
            assert held.names() == []
        assert not Path(path).exists()

    def test_volumes_of_a_life_with_mounts_are_kept_and_removed_by_one_without(
        self, mounting: Disk, plain: Disk, root: Path
    ) -> None:
        path = target(root)
        mounting.prepare(path)
        write(mounting, path, {"a": "1"})
        assert plain.is_filled(path)
        write(plain, path, {"a": "2"})
        plain.remove(path)
        assert not Path(path).exists()

    def test_a_lost_mount_is_not_written_under(self, mounting: Disk, root: Path) -> None:
        path = target(root)
        mounting.prepare(path)
        write(mounting, path, {"a": "1"})
        unmount_all(root)
        assert not mounting.is_filled(path)
        with pytest.raises(Unavailable, match="not mounted"):
            write(mounting, path, {"a": "2"})
        assert list(Path(path).iterdir()) == []

    def test_a_full_file_system_keeps_the_old_set(self, mounting: Disk, root: Path) -> None:
        path = target(root)
        replace(mounting, size_limit_bytes=64 * 1024).prepare(path)
        write(mounting, path, {"a": "1"})
        with pytest.raises(Unavailable, match="No space"):
            write(mounting, path, {"a": "2", "b": "x" * 256 * 1024})
        assert shown(Path(path)) == {"a": "1"}
        assert len(list(Path(path).glob("..*"))) == 2
        assert write(mounting, path, {"a": "2"}) == ("a",)


class Refusing(LinuxKernel):
    """A kernel that lets nobody mount."""

    def mount(self, parent: Folder, name: str, *, size_bytes: int) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))


def test_a_refused_mount_is_told(plain: Disk, root: Path) -> None:
    with pytest.raises(Unavailable, match="Operation not permitted"):
        replace(plain, kernel=Refusing(), is_plain=False).prepare(target(root))
    assert not plain.exists(target(root))
    Path(target(root)).mkdir()
    with pytest.raises(Unavailable, match="Operation not permitted"):
        replace(plain, kernel=Refusing(), is_plain=False).prepare(target(root))
    assert plain.exists(target(root))


class Forgetful(Refusing):
    """A kernel that cannot tell what is mounted."""

    def mounted(self, parent: Folder, name: str) -> Mounted | None:
        raise OSError(errno.ENFILE, os.strerror(errno.ENFILE))


def test_nothing_is_left_where_the_kernel_does_not_tell_what_is_mounted(plain: Disk, root: Path) -> None:
    with pytest.raises(Unavailable, match="files"):
        replace(plain, kernel=Forgetful(), is_plain=False).prepare(target(root))
    assert not plain.exists(target(root))
