"""One version of a folder's files, in every layout that it may have."""

import threading
from pathlib import Path

import pytest

from keyferry.files import snapshot
from keyferry.files.snapshot import Change, Snapshot


def write_version(root: Path, number: int, contents: dict[str, str]) -> None:
    """What kubelet does: a new version beside the old one, a switch, links, and the old one goes."""
    old = snapshot.version_of(root)
    version = root / f"..2026_03_01_12_00_00.{number}"
    for name, text in contents.items():
        (version / name).parent.mkdir(parents=True, exist_ok=True)
        (version / name).write_text(text)
    (root / "..data_tmp").symlink_to(version.name)
    (root / "..data_tmp").rename(root / "..data")
    for name in contents:
        link = root / name.split("/")[0]
        if not link.is_symlink():
            link.symlink_to(f"..data/{link.name}")
    if old:
        for path in sorted((root / old).rglob("*"), reverse=True):
            path.rmdir() if path.is_dir() else path.unlink()
        (root / old).rmdir()


def test_versions_are_resolved(tmp_path: Path) -> None:
    write_version(tmp_path, 1, {"user": "ada", "tls/key": "k", "..hidden": ""})
    found = snapshot.take(tmp_path)

    assert dict(found) == {"user": b"ada", "tls/key": b"k"}
    assert found.version == "..2026_03_01_12_00_00.1"
    assert found.text("user") == "ada"
    assert snapshot.names(tmp_path) == ("tls/key", "user")
    assert repr(found) == "Snapshot(version='..2026_03_01_12_00_00.1', names=('tls/key', 'user'))"


def test_plain_folders_are_read_as_they_are(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("1")
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "c").write_text("2")
    (tmp_path / "round").symlink_to(tmp_path)
    (tmp_path / "nowhere").symlink_to("gone")
    (tmp_path / "link").symlink_to("a")
    (tmp_path / "..data").mkdir()
    assert dict(snapshot.take(tmp_path)) == {"a": b"1", "b/c": b"2", "link": b"1"}


@pytest.mark.parametrize("path", ["gone", "file", "broken"])
def test_what_is_no_folder_is_an_error(path: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "..data").symlink_to("..2026_gone")
    with pytest.raises((FileNotFoundError, NotADirectoryError)):
        snapshot.take(tmp_path / path)


def test_a_change_names_what_differs() -> None:
    before = Snapshot({"same": b"1", "other": b"1", "gone": b"1"})
    after = Snapshot({"same": b"1", "other": b"2", "new": b"1"}, version="..v")
    change = before.change_to(after)

    assert change == Change(added=frozenset({"new"}), changed=frozenset({"other"}), removed=frozenset({"gone"}))
    assert change.names == {"new", "other", "gone"}
    assert change
    assert not after.change_to(after)


def test_a_plain_folder_that_never_rests_is_read_all_the_same(tmp_path: Path) -> None:
    """A pipe of a fast writer: every look differs from the one before."""
    done = threading.Event()

    def scribble() -> None:
        number = 0
        while not done.is_set():
            number += 1
            (tmp_path / "log").write_text("x" * (number % 1000))

    (tmp_path / "log").write_text("")
    writer = threading.Thread(target=scribble)
    writer.start()
    try:
        for _ in range(50):
            assert set(snapshot.take(tmp_path)) == {"log"}
    finally:
        done.set()
        writer.join()


def test_a_set_that_is_swapped_meanwhile_is_never_mixed(tmp_path: Path) -> None:
    done = threading.Event()
    names = [f"f{number}" for number in range(5)] + ["d/f"]
    write_version(tmp_path, 0, dict.fromkeys(names, "0"))

    def rotate() -> None:
        number = 0
        while not done.is_set():
            number += 1
            write_version(tmp_path, number, dict.fromkeys(names, str(number)))

    writer = threading.Thread(target=rotate)
    writer.start()
    try:
        for _ in range(100):
            found = snapshot.take(tmp_path)
            assert sorted(found) == sorted(names)
            assert len(set(found.values())) == 1
    finally:
        done.set()
        writer.join()
