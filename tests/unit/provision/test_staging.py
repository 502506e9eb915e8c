"""What is staged is on disk before it takes its place, and nothing of it is left where that fails."""

from pathlib import Path

import pytest

from keyferry.model.errors import SpecError
from keyferry.provision import staging


def names(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def test_one_file_alone(tmp_path: Path) -> None:
    staging.put(tmp_path / "new" / "outputs.json", b"1")
    staging.put(tmp_path / "new" / "outputs.json", b"2")
    assert names(tmp_path) == ["new/outputs.json"]
    assert (tmp_path / "new" / "outputs.json").read_bytes() == b"2"


def test_staged_files_are_beside_their_places_until_they_take_them(tmp_path: Path) -> None:
    staging.stage(tmp_path, {"a": b"1", "b/c": b"2"})
    assert names(tmp_path) == [".a.keyferry-new", "b/.c.keyferry-new"]
    staging.take_place(tmp_path / "a")
    assert names(tmp_path) == ["a", "b/.c.keyferry-new"]
    staging.sweep(tmp_path, ["a", "b/c"])
    assert names(tmp_path) == ["a"]


def test_nothing_is_left_of_what_cannot_be_staged(tmp_path: Path, small_files: None) -> None:
    with pytest.raises(OSError, match="File too large"):
        staging.stage(tmp_path, {"a": b"1", "b/c": b"2" * 5000})
    assert list(tmp_path.iterdir()) == []


class _Interrupted(dict[str, bytes]):
    """Ctrl-C is pressed when the file `b/c` is due."""

    def __getitem__(self, path: str) -> bytes:
        if path == "b/c":
            raise KeyboardInterrupt
        return super().__getitem__(path)


def test_nothing_is_left_of_what_was_interrupted(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        staging.stage(tmp_path, _Interrupted({"a": b"1", "b/c": b"2", "d": b"3"}))
    assert list(tmp_path.iterdir()) == []


def test_a_single_file_that_does_not_fit_is_as_before(tmp_path: Path, small_files: None) -> None:
    staging.put(tmp_path / "a", b"1")
    with pytest.raises(SpecError, match="cannot be written: File too large"):
        staging.put(tmp_path / "a", b"2" * 5000)
    assert (names(tmp_path), (tmp_path / "a").read_bytes()) == (["a"], b"1")


def test_folders_that_become_empty_go_as_well(tmp_path: Path) -> None:
    staging.put(tmp_path / "a/b/c", b"1")
    (tmp_path / "a/mine").write_bytes(b"mine")
    staging.remove(tmp_path, "a/b/c")
    staging.remove(tmp_path, "a/b/c")
    assert names(tmp_path) == ["a/mine"]
    assert not (tmp_path / "a/b").exists()
