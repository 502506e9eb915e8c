"""Where the key of the copies lives: in memory, or in a private file that is in memory too, and nowhere else."""

import os
import tempfile
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from keyferry.mount.copies import master_key
from keyferry.mount.copies.master_key import MasterKey
from keyferry.mount.copies.sealing import KEY_BYTES

SHARED_MEMORY = Path("/dev/shm")


@pytest.fixture
def in_memory() -> Iterator[Path]:
    if not SHARED_MEMORY.is_dir() or not os.access(SHARED_MEMORY, os.W_OK):
        pytest.skip("needs a tmpfs to write to, and /dev/shm is none")
    with tempfile.TemporaryDirectory(dir=SHARED_MEMORY) as folder:
        yield Path(folder)


def test_without_a_file_each_start_has_a_key_of_its_own() -> None:
    one, other = master_key.load(None), master_key.load(None)

    assert one.is_new
    assert len(one.value) == KEY_BYTES
    assert one.value != other.value


def test_a_file_in_memory_gives_the_next_start_the_same_key(in_memory: Path) -> None:
    path = in_memory / "key"
    made = master_key.load(path)

    assert made.is_new
    assert path.stat().st_mode & 0o777 == 0o600
    assert list(in_memory.iterdir()) == [path]
    again = master_key.load(path)
    assert (again.value, again.is_new) == (made.value, False)


def test_processes_that_start_at_once_use_one_key(in_memory: Path) -> None:
    together = threading.Barrier(8)

    def start(_: int) -> MasterKey:
        together.wait()
        return master_key.load(in_memory / "key")

    with ThreadPoolExecutor(8) as processes:
        loaded = list(processes.map(start, range(8)))

    assert len({one.value for one in loaded}) == 1
    assert [one.is_new for one in loaded].count(True) == 1


def on_disk(_: Path) -> Path:
    return Path(tempfile.mkdtemp()) / "key"


def without_a_folder(folder: Path) -> Path:
    return folder / "none" / "key"


def open_to_others(folder: Path) -> Path:
    path = folder / "key"
    path.write_bytes(b"k" * KEY_BYTES)
    path.chmod(0o640)
    return path


def short(folder: Path) -> Path:
    path = folder / "key"
    path.touch(0o600)
    path.write_bytes(b"k" * (KEY_BYTES - 1))
    return path


def long(folder: Path) -> Path:
    path = folder / "key"
    path.touch(0o600)
    path.write_bytes(b"k" * (KEY_BYTES + 1))
    return path


def link(folder: Path) -> Path:
    (folder / "other").touch(0o600)
    (folder / "other").write_bytes(b"k" * KEY_BYTES)
    (folder / "key").symlink_to("other")
    return folder / "key"


def pipe(folder: Path) -> Path:
    os.mkfifo(folder / "key", 0o600)
    return folder / "key"


@pytest.mark.parametrize(
    "lay", [on_disk, without_a_folder, open_to_others, short, long, link, pipe], ids=lambda lay: lay.__name__
)
def test_what_is_no_private_file_in_memory_is_left_alone(in_memory: Path, lay: Callable[[Path], Path]) -> None:
    path = lay(in_memory)
    if lay is on_disk and master_key_is_in_memory(path.parent):
        pytest.skip("the folder for temporary files is itself in memory")
    before = path.lstat() if path.is_symlink() or path.exists() else None

    loaded = master_key.load(path)

    assert loaded.is_new
    assert loaded.value.reveal() != b"k" * KEY_BYTES
    assert (path.lstat() if before else None) == before
    assert before is not None or not path.exists()


def master_key_is_in_memory(folder: Path) -> bool:
    """By another source than the code under test: the table of mounts."""
    rows = [line.split() for line in Path("/proc/self/mounts").read_text().splitlines()]
    nearest = max((row for row in rows if folder.is_relative_to(row[1])), key=lambda row: len(row[1]))
    return nearest[2] in {"tmpfs", "ramfs"}
