"""A folder of secrets, as programs use it."""

import queue
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from keyferry.files import Change, SecretFiles, Snapshot
from keyferry.mount.disk import atomic
from keyferry.mount.disk.folder import Folder
from tests.fakes.patience import PATIENCE
from tests.fakes.volumes import NOW, files


def publish(root: Path, contents: dict[str, str]) -> None:
    """The node plugin's own writer."""
    with Folder.root(str(root)) as folder:
        atomic.write(folder, files(contents), group=None, now=NOW)


@pytest.fixture(params=[True, False], ids=["inotify", "looks"])
def secrets(request: pytest.FixtureRequest, tmp_path: Path) -> SecretFiles:
    publish(tmp_path, {"user": "ada", "tls/key": "hunter2\n"})
    return SecretFiles(tmp_path, inotify=request.param)


def test_files_are_read_by_name(secrets: SecretFiles) -> None:
    assert secrets.names() == ("tls/key", "user")
    assert "user" in secrets
    assert secrets.read("tls/key") == b"hunter2\n"
    assert secrets.text("user") == "ada"
    assert dict(secrets.snapshot()) == {"user": b"ada", "tls/key": b"hunter2\n"}
    assert "hunter2" not in repr(secrets) + repr(secrets.snapshot())


@pytest.mark.parametrize("name", ["", "/etc/passwd", "../x", "a/../../x", "..data/user", "."])
def test_names_lead_nowhere_else(name: str, secrets: SecretFiles) -> None:
    with pytest.raises(ValueError, match="no name"):
        secrets.read(name)


def test_a_name_that_is_not_there_is_an_error(secrets: SecretFiles) -> None:
    with pytest.raises(FileNotFoundError):
        secrets.read("nobody")


def test_each_change_is_told_once(secrets: SecretFiles) -> None:
    told: queue.Queue[Change] = queue.Queue()
    with secrets.watch(told.put):
        publish(secrets.path, {"user": "ada", "tls/key": "new"})
        first = told.get(timeout=PATIENCE)
        publish(secrets.path, {"user": "ada", "tls/key": "new"})
        publish(secrets.path, {"user": "ada", "more": ""})
        second = told.get(timeout=PATIENCE)
    assert first == Change(changed=frozenset({"tls/key"}))
    assert second == Change(added=frozenset({"more"}), removed=frozenset({"tls/key"}))
    assert told.empty()


def test_nothing_falls_between_a_snapshot_and_a_watch(secrets: SecretFiles) -> None:
    seen = secrets.snapshot()
    publish(secrets.path, {"user": "bob"})
    told: queue.Queue[Change] = queue.Queue()
    with secrets.watch(told.put, since=seen):
        assert told.get(timeout=PATIENCE).names == {"user", "tls/key"}


def test_an_empty_snapshot_is_one(secrets: SecretFiles) -> None:
    assert secrets.wait(30, since=Snapshot({})) == Change(added=frozenset({"user", "tls/key"}))


def test_waiting_ends_with_the_change(secrets: SecretFiles) -> None:
    seen = secrets.snapshot()
    rotation = threading.Thread(target=publish, args=(secrets.path, {"user": "bob", "tls/key": "hunter2\n"}))
    rotation.start()
    assert secrets.wait(30, since=seen) == Change(changed=frozenset({"user"}))
    rotation.join()


def test_waiting_for_nothing_ends(secrets: SecretFiles) -> None:
    assert secrets.wait(0) is None


async def test_changes_can_be_awaited(secrets: SecretFiles) -> None:
    seen = secrets.snapshot()
    publish(secrets.path, {"user": "bob", "tls/key": "hunter2\n"})
    async with secrets.changes(since=seen) as changes:
        assert await anext(changes) == Change(changed=frozenset({"user"}))


def test_a_folder_that_comes_later_is_a_change(tmp_path: Path) -> None:
    secrets = SecretFiles(tmp_path / "later")
    told: queue.Queue[Change] = queue.Queue()
    with secrets.watch(told.put):
        (tmp_path / "later").mkdir()
        publish(tmp_path / "later", {"a": "1"})
        assert told.get(timeout=PATIENCE) == Change(added=frozenset({"a"}))


def test_a_folder_that_is_a_file_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(NotADirectoryError):
        SecretFiles(tmp_path / "file").watch(print)


def test_an_application_takes_nothing_else_along() -> None:
    program = "import sys, keyferry.files; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    shown = subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True).stdout
    program = "import sys, keyferry.files; print(*(name for name in sys.modules if name.startswith('keyferry.')))"
    ours = subprocess.run([sys.executable, "-I", "-c", program], check=True, capture_output=True, text=True).stdout
    assert not {"msgspec", "structlog", "aiohttp", "azure", "grpc", "yaml"} & set(shown.split())
    assert all(name.startswith("keyferry.files") for name in ours.split())
