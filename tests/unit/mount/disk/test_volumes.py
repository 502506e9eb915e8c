"""The volumes of a node for asynchronous callers: one call at a time for each, whatever becomes of the callers."""

import asyncio
import errno
import os
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from keyferry.model.errors import SpecError, Unavailable
from keyferry.mount.disk.folder import Folder
from keyferry.mount.disk.kernel import LinuxKernel
from keyferry.mount.disk.mountinfo import Mounted
from keyferry.mount.disk.volumes import LINGER, Volumes
from keyferry.mount.settings import VolumeSettings
from tests.fakes.patience import patient
from tests.fakes.volumes import kernel_that_mounts, mount_broken, payload, request, shown, target, unmount_all


def plain(tmp_path: Path, *, any_form: bool = False, linger: timedelta = LINGER) -> Volumes:
    (tmp_path / "kubelet").mkdir(exist_ok=True)
    settings = VolumeSettings(kubelet_root=tmp_path / "kubelet", folder=tmp_path / "plugin", without_tmpfs=True)
    return Volumes(settings, any_form=any_form, linger=linger)


def mounting(root: Path) -> Volumes:
    return Volumes(VolumeSettings(kubelet_root=root, folder=root / "plugin"))


def versions(path: str) -> list[Path]:
    return list(Path(path).glob("..2*"))


def make_folder(path: str) -> None:
    Path(path).mkdir(parents=True)


def exists(path: str) -> bool:
    return Path(path).exists()


def lose(path: str, *names: str) -> None:
    """Take links away, as if the process had been killed before it made them."""
    for name in names:
        (Path(path) / name).unlink()


def remove_folder(path: str) -> None:
    Path(path).rmdir()


async def test_a_volumes_life(tmp_path: Path) -> None:
    volumes, path = plain(tmp_path), target(tmp_path / "kubelet")
    assert not await volumes.is_filled(path)
    await volumes.make(request(path))
    assert not await volumes.is_filled(path)
    assert await volumes.fill(path, payload({"b": "1", "a/x": "2"})) == ("a/x", "b")
    assert await volumes.is_filled(path)
    assert await volumes.fill(path, payload({"b": "1", "a/x": "2"})) == ()
    assert shown(Path(path)) == {"a/x": "2", "b": "1"}

    await volumes.remove("csi-1", path)
    await volumes.remove("csi-1", path)
    assert not exists(path)
    assert await volumes.published() == ()
    await volumes.aclose()


async def test_a_new_process_finds_what_holds_files(tmp_path: Path) -> None:
    root = tmp_path / "kubelet"
    paths = [target(root, name) for name in ("filled", "empty", "gone")]
    first = plain(tmp_path)
    for path in paths:
        await first.make(request(path, volume_id=path))
    await first.fill(paths[0], payload({"a": "1"}))
    remove_folder(paths[2])
    await first.aclose()

    second = plain(tmp_path)
    assert [found.target_path for found in await second.published()] == [paths[0]]
    with pytest.raises(SpecError):
        await second.remove("another", paths[1])  # still known, and not the other's
    await second.remove("another", paths[2])
    await second.aclose()


async def test_calls_for_one_volume_wait_for_each_other(tmp_path: Path) -> None:
    volumes, path = plain(tmp_path), target(tmp_path / "kubelet")
    await volumes.make(request(path))
    writes = [volumes.fill(path, payload({"a": str(number), "b": str(number)})) for number in range(20)]
    await asyncio.gather(*writes)
    assert shown(Path(path)) == {"a": "19", "b": "19"}
    await volumes.aclose()


async def test_a_call_that_is_given_up_ends_before_the_next_begins(tmp_path: Path) -> None:
    volumes, path = plain(tmp_path), target(tmp_path / "kubelet")
    await volumes.make(request(path))
    given_up = asyncio.create_task(volumes.fill(path, payload({"a": "1"})))
    await asyncio.sleep(0)
    given_up.cancel()
    await volumes.remove("csi-1", path)

    assert given_up.cancelled()
    assert not exists(path)
    await volumes.aclose()


async def test_the_version_before_goes_after_a_while(tmp_path: Path) -> None:
    volumes, path = plain(tmp_path, linger=timedelta(0)), target(tmp_path / "kubelet")
    await volumes.make(request(path))
    await volumes.fill(path, payload({"a": "1"}))
    await volumes.fill(path, payload({"a": "2"}))
    async with patient():
        while len(versions(path)) > 1:  # noqa: ASYNC110  (a file system tells nobody)
            await asyncio.sleep(0)
    assert shown(Path(path)) == {"a": "2"}
    await volumes.aclose()


async def test_what_a_process_left_behind_is_tidied_by_the_next(tmp_path: Path) -> None:
    first, path = plain(tmp_path), target(tmp_path / "kubelet")
    await first.make(request(path))
    await first.fill(path, payload({"a": "1"}))
    await first.fill(path, payload({"a": "2"}))
    await first.aclose()
    assert len(versions(path)) == 2
    second = plain(tmp_path)
    await second.published()
    assert len(versions(path)) == 1
    await second.aclose()


async def test_what_a_killed_process_left_undone_is_done_by_the_next(tmp_path: Path) -> None:
    first, path = plain(tmp_path), target(tmp_path / "kubelet")
    await first.make(request(path))
    await first.fill(path, payload({"a": "1", "b/x": "2"}))
    await first.aclose()
    lose(path, "a", "b")
    second = plain(tmp_path)
    assert len(await second.published()) == 1
    assert shown(Path(path)) == {"a": "1", "b/x": "2"}
    await second.aclose()


async def test_a_volume_that_is_removed_at_once_is_not_tidied(tmp_path: Path) -> None:
    volumes, path = plain(tmp_path), target(tmp_path / "kubelet")
    await volumes.make(request(path))
    for number in range(3):
        await volumes.fill(path, payload({"a": str(number)}))
    await volumes.remove("csi-1", path)
    await volumes.aclose()
    assert not exists(path)


async def test_nothing_is_remembered_of_what_cannot_be_made(tmp_path: Path) -> None:
    volumes, path = plain(tmp_path), target(tmp_path / "kubelet")
    with pytest.raises(SpecError):
        await volumes.make(request(f"{tmp_path}/elsewhere"))
    await volumes.make(request(path))  # the volume's id is free
    assert await volumes.may_mount() == ""
    assert volumes.can_swap
    await volumes.aclose()


async def test_other_forms_are_taken_where_that_is_allowed(tmp_path: Path) -> None:
    volumes = plain(tmp_path, any_form=True)
    await volumes.make(request(f"{tmp_path}/kubelet/csi/target"))
    assert exists(f"{tmp_path}/kubelet/csi/target")
    await volumes.aclose()


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    try:
        yield tmp_path
    finally:
        unmount_all(tmp_path)


async def test_a_broken_mount_is_no_volume_unless_it_is_published(root: Path) -> None:
    kernel_that_mounts()
    volumes, path = mounting(root), target(root)
    make_folder(path)
    mount_broken(Path(path))
    assert not await volumes.is_filled(path)
    await volumes.make(request(path))
    await volumes.fill(path, payload({"a": "1"}))
    mount_broken(Path(path))
    with pytest.raises(Unavailable):
        await volumes.is_filled(path)
    assert await mounting(root).published() == ()  # told, and left as it is
    await volumes.remove("csi-1", path)
    assert not exists(path)
    await volumes.aclose()


async def test_mounted_volumes_outlive_the_process(root: Path) -> None:
    kernel_that_mounts()
    first, path = mounting(root), target(root)
    assert await first.may_mount() == ""
    await first.make(request(path))
    await first.fill(path, payload({"a": "1"}))
    await first.aclose()
    second = mounting(root)
    assert await second.published() == (request(path),)
    assert shown(Path(path)) == {"a": "1"}
    await second.remove("csi-1", path)
    await second.aclose()


async def test_a_target_belongs_to_one_volume(tmp_path: Path) -> None:
    volumes, path = plain(tmp_path), target(tmp_path / "kubelet")
    await volumes.make(request(path))
    volumes.check("csi-1", path)
    with pytest.raises(SpecError):
        volumes.check("csi-2", path)
    await volumes.aclose()


class NoMount(LinuxKernel):
    """A kernel that mounts nothing, and notes how many entries the ledger `folder` has when it is asked to.

    Whoever asks what is mounted waits until `goes_on`.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder
        self.entries: list[int] = []
        self.goes_on = threading.Event()
        self.goes_on.set()
        self.is_busy = False

    def mount(self, parent: Folder, name: str, *, size_bytes: int) -> None:
        self.entries.append(len(list(self.folder.iterdir())))
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM))

    def mounted(self, parent: Folder, name: str) -> Mounted | None:
        self.goes_on.wait(30)
        if self.is_busy:
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
        return None


def with_kernel(tmp_path: Path, *, is_plain: bool) -> tuple[Volumes, NoMount]:
    (tmp_path / "kubelet").mkdir()
    settings = VolumeSettings(kubelet_root=tmp_path / "kubelet", folder=tmp_path / "plugin", without_tmpfs=is_plain)
    kernel = NoMount(tmp_path / "plugin" / "volumes")
    return Volumes(settings, kernel=kernel), kernel


async def test_the_entry_is_there_before_the_mount_and_goes_with_it(tmp_path: Path) -> None:
    volumes, kernel = with_kernel(tmp_path, is_plain=False)
    with pytest.raises(Unavailable):
        await volumes.make(request(target(tmp_path / "kubelet")))
    assert kernel.entries == [1]
    assert list(kernel.folder.iterdir()) == []
    await volumes.aclose()


async def test_the_entry_stays_while_the_volume_cannot_be_removed(tmp_path: Path) -> None:
    (volumes, kernel), path = with_kernel(tmp_path, is_plain=True), target(tmp_path / "kubelet")
    await volumes.make(request(path))
    await volumes.fill(path, payload({"a": "1"}))
    kernel.is_busy = True
    with pytest.raises(Unavailable):
        await volumes.remove("csi-1", path)
    await volumes.aclose()
    assert await plain(tmp_path).published() == (request(path),)


async def test_work_whose_caller_has_gone_still_keeps_others_out(tmp_path: Path) -> None:
    (volumes, kernel), path = with_kernel(tmp_path, is_plain=True), target(tmp_path / "kubelet")
    await volumes.make(request(path))
    await volumes.fill(path, payload({"a": "1"}))
    kernel.goes_on.clear()
    removal = asyncio.create_task(volumes.remove("csi-1", path))
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    removal.cancel()
    await asyncio.gather(removal, return_exceptions=True)
    look = asyncio.create_task(volumes.is_filled(path))
    assert not await volumes.is_filled(target(tmp_path / "kubelet", "other"))  # which came later
    assert not look.done()
    kernel.goes_on.set()
    assert not await look
    await volumes.aclose()
