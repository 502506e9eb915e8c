"""A node's worth of volumes at once, on real mounts."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyferry.mount.disk.volumes import Volumes
from keyferry.mount.settings import VolumeSettings
from tests.fakes.volumes import kernel_that_mounts, payload, request, shown, target, unmount_all

COUNT = 60


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    try:
        kernel_that_mounts()
        yield tmp_path
    finally:
        unmount_all(tmp_path)


async def test_volumes_come_rotate_and_go_side_by_side(root: Path) -> None:
    volumes = Volumes(VolumeSettings(kubelet_root=root, folder=root / "plugin"))
    paths = [target(root, f"v{number}", uid=f"pod-{number // 3}") for number in range(COUNT)]

    async def publish(path: str) -> None:
        await volumes.make(request(path, volume_id=path))
        await volumes.fill(path, payload({"a": "1", "b": path}))

    await asyncio.gather(*(publish(path) for path in paths))
    assert mounts_below(root) == set(paths)
    await asyncio.gather(*(volumes.fill(path, payload({"a": "2", "b": path})) for path in paths))
    assert [shown(Path(path)) for path in paths] == [{"a": "2", "b": path} for path in paths]
    await asyncio.gather(*(volumes.remove(path, path) for path in paths))
    assert mounts_below(root) == set()
    assert await volumes.published() == ()
    await volumes.aclose()


def mounts_below(root: Path) -> set[str]:
    lines = Path("/proc/self/mountinfo").read_text().splitlines()
    return {path for line in lines if (path := line.split(" ")[4]).startswith(f"{root}/")}
