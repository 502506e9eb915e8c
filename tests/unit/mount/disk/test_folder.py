"""A directory held open; no link is followed."""

import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from keyferry.model.secrets import SecretValue
from keyferry.mount.disk.folder import Folder, StoredFile

FILE = StoredFile(content=SecretValue(b"hunter2"), mode=0o640, gid=os.getegid())


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Folder]:
    with Folder.root(str(tmp_path)) as opened:
        yield opened


def test_it_stays_the_same_directory_when_it_is_moved(tmp_path: Path) -> None:
    (tmp_path / "here").mkdir()
    with Folder.root(str(tmp_path / "here")) as folder:
        (tmp_path / "here").rename(tmp_path / "there")
        (tmp_path / "here").symlink_to("/etc")
        folder.create("file", FILE)
        assert Path(folder.path).samefile(tmp_path / "there")
    assert (tmp_path / "there" / "file").read_bytes() == b"hunter2"


def test_files_come_back_as_they_were_written(folder: Folder) -> None:
    folder.create("file", FILE)
    assert folder.read("file") == FILE
    assert "hunter2" not in repr(folder.read("file"))


def test_a_taken_name_is_not_written_to(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("precious")
    (tmp_path / "link").symlink_to("outside")
    for name in ("outside", "link"):
        with pytest.raises(FileExistsError):
            folder.create(name, FILE)
    assert (tmp_path / "outside").read_text() == "precious"


def test_links_are_not_followed(folder: Folder, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    folder.link("to-folder", "folder")
    folder.link("to-file", "file")
    with pytest.raises(NotADirectoryError):
        folder.child("to-folder")
    with pytest.raises(OSError, match="symbolic links"):
        folder.read("to-file")
    assert stat.S_ISLNK(folder.kind("to-folder"))
    assert folder.linked("to-folder") == "folder"


def test_a_pipe_is_not_waited_for(folder: Folder, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert len(folder.read("pipe").content) == 0


def test_what_is_not_there(folder: Folder) -> None:
    assert folder.kind("gone") == 0
    assert folder.linked("gone") == ""
    assert folder.names() == []


def test_names_are_renamed_and_removed(folder: Folder) -> None:
    folder.make("folder", 0o750)
    folder.create("a", FILE)
    folder.rename("a", "b")
    assert folder.names() == ["b", "folder"]
    folder.unlink("b")
    folder.drop("folder")
    assert folder.names() == []


def test_permissions_are_settled_exactly(folder: Folder, tmp_path: Path) -> None:
    folder.settle(0o7755, os.getegid())
    assert tmp_path.stat().st_mode & 0o7777 == 0o755


def test_mounts_have_ids(folder: Folder) -> None:
    with Folder.root("/proc") as proc:
        assert proc.mount_id() != folder.mount_id() > 0
