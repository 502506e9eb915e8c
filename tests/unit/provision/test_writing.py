"""Files are replaced whole or not at all, nobody else's is touched, and a killed writing is completed by the next."""

import fcntl
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.provision import record, writing
from tests.fakes.patience import PATIENCE

NAME = record.NAME


def tree(folder: Path) -> dict[str, bytes]:
    """What is there but for the record."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if not path.is_dir()}
    return {name: path.read_bytes() for name, path in found.items() if name != NAME}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "build"


def test_what_is_wanted_is_there(out: Path) -> None:
    standing = writing.write(out, {"a": b"1", "b/c": b"2"})
    assert standing.changes.new == ("a", "b/c")
    assert tree(out) == {"a": b"1", "b/c": b"2"}
    assert writing.look(out, {"a": b"1", "b/c": b"2"})[0].changes.is_nothing


def test_a_second_time_nothing_is_written(out: Path) -> None:
    writing.write(out, {"a": b"1"})
    before = {path: path.stat().st_mtime_ns for path in out.rglob("*")}
    assert writing.write(out, {"a": b"1"}).changes.is_nothing
    assert {path: path.stat().st_mtime_ns for path in out.rglob("*")} == before


def test_looking_writes_nothing(out: Path) -> None:
    standing, present = writing.look(out, {"a": b"1"})
    assert (standing.changes.new, dict(present), out.exists()) == (("a",), {}, False)


def test_stale_files_go_and_so_do_the_folders_that_they_leave_empty(out: Path) -> None:
    writing.write(out, {"a/b/c": b"1", "a/d/e": b"1"})
    (out / "a/d/mine").write_bytes(b"mine")
    assert writing.write(out, {"x": b"1"}).changes.stale == ("a/b/c", "a/d/e")
    assert tree(out) == {"a/d/mine": b"mine", "x": b"1"}
    assert not (out / "a/b").exists()


def test_stale_files_elsewhere_stay(out: Path) -> None:
    writing.write(out, {"terraform/a": b"1", "manifests/a": b"1"})
    writing.write(out, {"manifests/b": b"1"}, ("manifests/",))
    assert sorted(tree(out)) == ["manifests/b", "terraform/a"]
    assert writing.write(out, {"manifests/b": b"1"}).changes.stale == ("terraform/a",)


def test_a_file_that_was_edited_stops_it_before_anything_is_written(out: Path) -> None:
    writing.write(out, {"a": b"1", "b": b"1"})
    (out / "b").write_bytes(b"mine")
    with pytest.raises(SpecError, match=rf"{out}/b: they were edited by hand"):
        writing.write(out, {"a": b"2", "b": b"2"})
    assert tree(out) == {"a": b"1", "b": b"mine"}
    assert writing.write(out, {"a": b"2", "b": b"2"}, force=True).edited == ("b",)
    assert tree(out) == {"a": b"2", "b": b"2"}


def test_a_long_list_of_edited_files_is_cut(out: Path) -> None:
    out.mkdir()
    for number in range(12):
        (out / f"{number:02}").write_bytes(b"mine")
    with pytest.raises(SpecError, match=r"/09 and 2 more"):
        writing.write(out, {f"{number:02}": b"1" for number in range(12)})


def test_a_stale_file_that_was_edited_is_kept_and_told(out: Path) -> None:
    writing.write(out, {"a": b"1", "b": b"1"})
    (out / "b").write_bytes(b"mine")
    standing = writing.write(out, {"a": b"1"})
    assert (standing.kept, tree(out)) == (("b",), {"a": b"1", "b": b"mine"})
    assert writing.write(out, {"a": b"1"}).kept == (), "it is somebody else's from then on"


def test_a_files_mode_is_kept(out: Path) -> None:
    writing.write(out, {"a": b"1"})
    (out / "a").chmod(0o640)
    writing.write(out, {"a": b"2"})
    assert (out / "a").stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("path", ["file", "folder/file"])
def test_links_are_not_followed(tmp_path: Path, out: Path, path: str) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "file").write_bytes(b"mine")
    out.mkdir()
    (out / path.partition("/")[0]).symlink_to(outside / "file" if path == "file" else outside)
    with pytest.raises(SpecError, match="links are not followed"):
        writing.write(out, {"a": b"1", path: b"2"}, force=True)
    assert tree(outside) == {"file": b"mine"}
    assert not (out / "a").exists()


@pytest.mark.parametrize(
    ("there", "wanted"),
    [
        pytest.param("a/b", "a", id="a-folder-where-a-file-belongs"),
        pytest.param("a", "a/b", id="a-file-where-a-folder-belongs"),
    ],
)
def test_something_else_is_in_the_way(out: Path, there: str, wanted: str) -> None:
    (out / there).parent.mkdir(parents=True)
    (out / there).write_bytes(b"mine")
    with pytest.raises(SpecError, match="something else is there"):
        writing.write(out, {"0": b"1", wanted: b"1"}, force=True)
    assert tree(out) == {there: b"mine"}


def test_the_folder_is_a_file(out: Path) -> None:
    out.write_bytes(b"mine")
    with pytest.raises(SpecError, match="take another folder by --out"):
        writing.write(out, {"a": b"1"})


def test_a_record_that_leads_outside_is_refused(out: Path) -> None:
    out.mkdir()
    (out.parent / "mine").write_bytes(b"mine")
    (out / NAME).write_text('{"version": 1, "files": {"../mine": "x"}}')
    with pytest.raises(SpecError, match="outside of the folder"):
        writing.write(out, {"a": b"1"})
    assert tree(out.parent)["mine"] == b"mine"


def test_two_do_not_write_at_once(out: Path) -> None:
    out.mkdir()
    descriptor = os.open(out, os.O_RDONLY)
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    with pytest.raises(SpecError, match="another keyferry is at work there"):
        writing.write(out, {"a": b"1"})
    os.close(descriptor)
    writing.write(out, {"a": b"1"})


def test_a_folder_of_another_estate_is_not_taken(out: Path) -> None:
    writing.write(out, {"a": b"1"}, estate="shops")
    with pytest.raises(SpecError, match="holds the estate shops, and not payments"):
        writing.write(out, {"a": b"2"}, estate="payments")
    assert tree(out) == {"a": b"1"}
    writing.write(out, {"a": b"2"}, estate="shops")
    writing.write(out, {"a": b"3"}, estate="payments", force=True)
    writing.write(out, {"a": b"4"}, estate="payments")
    assert tree(out) == {"a": b"4"}


def test_a_full_disk_leaves_all_as_it_was(out: Path, small_files: None) -> None:
    writing.write(out, {"a": b"1", "b": b"1"})
    before = (out / NAME).read_bytes()
    with pytest.raises(SpecError, match=r"cannot be written: File too large"):
        writing.write(out, {"a": b"2", "b": b"2" * 5000, "c/d/e": b"2"})
    assert tree(out) == {"a": b"1", "b": b"1"}
    assert (out / NAME).read_bytes() == before
    assert not (out / "c").exists()


def test_a_record_that_does_not_fit_leaves_all_as_it_was(out: Path, small_files: None) -> None:
    with pytest.raises(SpecError, match="cannot be written"):
        writing.write(out, {f"{number}": b"1" for number in range(60)})
    assert tree(out) == {}


OLD = {f"{number}": b"old" for number in range(40)}
NEW = {f"{number}": b"new" for number in range(20, 60)}
KILLED = """
import os, signal, sys
from pathlib import Path
from keyferry.provision import writing
from tests.unit.provision.test_writing import NEW

left = int(sys.argv[2])

def count(event, arguments):
    global left
    if event in ("open", "os.rename", "os.remove", "os.mkdir"):
        left -= 1
        if left < 0:
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
writing.write(Path(sys.argv[1]), NEW)
"""


@pytest.mark.parametrize("after", [0, 3, 60, 100, 125, 150, 170, 190, 230])
def test_a_killed_writing_is_completed_by_the_next(out: Path, after: int) -> None:
    writing.write(out, OLD)
    command = [sys.executable, "-c", KILLED, str(out), str(after)]
    ended = subprocess.run(command, check=False, timeout=PATIENCE, capture_output=True)
    assert ended.returncode in (-signal.SIGKILL, 0), ended.stderr
    whole = {path: content for path, content in tree(out).items() if not path.startswith(".")}
    assert set(whole.values()) <= {b"old", b"new"}
    further = {"20": b"further", "x": b"further"}
    assert writing.write(out, further).kept == ()
    assert tree(out) == further, "and nothing is left of what was staged"


@given(
    runs=st.lists(st.dictionaries(st.sampled_from(["a", "b/c", "b/d"]), st.sampled_from([b"1", b"2"])), max_size=5),
    mine=st.sampled_from(["b/mine", "mine"]),
)
@settings(max_examples=40)
def test_the_folder_holds_what_was_wanted_last_and_what_is_others(
    tmp_path_factory: pytest.TempPathFactory, runs: list[dict[str, bytes]], mine: str
) -> None:
    folder = tmp_path_factory.mktemp("out")
    (folder / mine).parent.mkdir(exist_ok=True)
    (folder / mine).write_bytes(b"mine")
    for wanted in runs:
        writing.write(folder, wanted)
        assert tree(folder) == {**wanted, mine: b"mine"}
