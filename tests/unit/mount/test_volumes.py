"""The volumes of a node for asynchronous callers: one call at a time for each, whatever becomes of the callers."""

import asyncio
from pathlib import Path

import pytest

from keyferry.model.errors import SpecError
from keyferry.mount.settings import VolumeSettings
from keyferry.mount.volumes import Volumes
from tests.fakes.volumes import payload, request, shown, target


def plain(tmp_path: Path) -> Volumes:
    (tmp_path / "kubelet").mkdir(exist_ok=True)
    return Volumes(VolumeSettings(kubelet_root=tmp_path / "kubelet", folder=tmp_path / "plugin", without_tmpfs=True))


def exists(path: str) -> bool:
    return Path(path).exists()


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
    assert {file.path for file in await volumes.read(path) or ()} == {"a/x", "b"}

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
