"""A node plugin that is killed while it writes, on a real tmpfs and on a plain directory, with readers all the time."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyferry.files import SecretFiles
from keyferry.mount.disk.disk import Disk
from keyferry.mount.disk.kernel import LinuxKernel
from keyferry.mount.disk.targets import Targets
from tests.fakes.volumes import NOW, kernel_that_mounts, payload, target, unmount_all

ROOT = Path(__file__).parents[3]
NAMES = [*(f"file-{number}" for number in range(10)), "deep/er/file"]

WRITER = """
import itertools, sys
from pathlib import Path
from tests.contract.mount.test_killed_writers import disk_of, write
disk = disk_of(Path(sys.argv[1]), plain=sys.argv[3] == "plain")
for number in itertools.count():
    write(disk, sys.argv[2], str(number))
    print(number, flush=True)
"""


def disk_of(root: Path, *, plain: bool) -> Disk:
    targets = Targets(root=str(root))
    return Disk(targets=targets, kernel=LinuxKernel(), size_limit_bytes=4 * 1024 * 1024, is_plain=plain)


def write(disk: Disk, path: str, text: str) -> None:
    disk.write(path, payload(dict.fromkeys([*NAMES, f"only-in-{text}"], text)), group=None, now=NOW)


@pytest.fixture(params=["plain", "tmpfs"])
def kind(request: pytest.FixtureRequest) -> str:
    if request.param == "tmpfs":
        kernel_that_mounts()
    return str(request.param)


@pytest.fixture
def root(tmp_path: Path) -> Iterator[Path]:
    try:
        yield tmp_path
    finally:
        unmount_all(tmp_path)


def test_a_killed_writer_leaves_one_whole_version(kind: str, root: Path) -> None:
    path = target(root)
    disk = disk_of(root, plain=kind == "plain")
    disk.prepare(path)
    write(disk, path, "start")
    secrets = SecretFiles(path)
    for life in range(6):
        command = [sys.executable, "-c", WRITER, str(root), path, kind]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as writer:
            try:
                assert writer.stdout is not None
                for _ in range(1 + life * 3):
                    assert writer.stdout.readline()
                    look(secrets)
            finally:
                writer.kill()
        look(secrets)
    write(disk, path, "end")
    assert look(secrets) == "end"
    disk.tidy(path)
    assert sorted(entry.name for entry in Path(path).iterdir() if entry.name.startswith("..")) == [
        secrets.snapshot().version,
        "..data",
    ]
    disk.remove(path)


def look(secrets: SecretFiles) -> str:
    """See one whole version; return its text."""
    found = secrets.snapshot()
    (text,) = {content.decode() for content in found.values()}
    assert set(found) == {*NAMES, f"only-in-{text}"}
    return text
