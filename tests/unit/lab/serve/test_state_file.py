import os
import sqlite3
import stat
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyferry.lab.azure.persistence.journal import Changes
from keyferry.lab.azure.persistence.tables import RowKey
from keyferry.lab.serve import state_file
from keyferry.lab.serve.state_file import StateFile, StateFileError

A, B, C = (RowKey("part", "", name) for name in "abc")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "lab.state"


@pytest.fixture
def file(path: Path) -> Iterator[StateFile]:
    opened = StateFile.open(path)
    yield opened
    opened.close()


def reread(path: Path) -> dict[RowKey, bytes]:
    """What the file says to the next lab."""
    again = StateFile.open(path)
    try:
        assert not again.is_new
        return dict(again.read())
    finally:
        again.close()


def test_what_is_written_is_read_in_its_order(path: Path, file: StateFile) -> None:
    assert file.is_new
    file.write(Changes(put={B: b"1", A: b"2"}))
    file.write(Changes(put={A: b"3", C: b"4"}, gone={RowKey("part", "", "none")}))
    file.write(Changes(put={B: b"5"}, gone={C}))
    file.write(Changes())
    file.close()
    assert list(reread(path).items()) == [(B, b"5"), (A, b"3")]


def test_it_is_its_owners_alone(path: Path) -> None:
    path.touch(mode=0o644)
    opened = StateFile.open(path)
    opened.write(Changes(put={A: b"1"}))
    assert {stat.S_IMODE(each.stat().st_mode) for each in path.parent.iterdir()} == {0o600}
    opened.close()


def test_one_lab_at_a_time(path: Path, file: StateFile) -> None:
    with pytest.raises(StateFileError, match="another lab uses the state file"):
        StateFile.open(path)
    file.write(Changes(put={A: b"1"}))
    file.close()
    assert reread(path) == {A: b"1"}


def test_what_is_written_survives_a_kill(path: Path) -> None:
    program = (
        "import os, signal, sys; from pathlib import Path\n"
        "from keyferry.lab.serve.state_file import StateFile\n"
        "from keyferry.lab.azure.persistence.journal import Changes\n"
        "from keyferry.lab.azure.persistence.tables import RowKey\n"
        "StateFile.open(Path(sys.argv[1])).write(Changes(put={RowKey('part', '', 'a'): b'1'}))\n"
        "os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert ended.returncode == -9
    assert reread(path) == {A: b"1"}


def test_a_write_is_whole_or_not_at_all(path: Path, file: StateFile) -> None:
    file.write(Changes(put={A: b"1"}))
    broken = RowKey("part", "", None)  # type: ignore[arg-type]  # what the database itself refuses
    with pytest.raises(sqlite3.IntegrityError):
        file.write(Changes(put={B: b"2", broken: b"3"}, gone={A}))
    file.write(Changes(put={C: b"4"}))
    file.close()
    assert reread(path) == {A: b"1", C: b"4"}


def foreign_database(path: Path) -> None:
    """A database of somebody else."""
    with closing(sqlite3.connect(path)) as other:
        other.execute("CREATE TABLE precious (x)")


def other_version(path: Path) -> None:
    """A lab's file of another version."""
    with closing(sqlite3.connect(path)) as other:
        other.execute(f"PRAGMA application_id = {state_file.APPLICATION_ID}")
        other.execute("PRAGMA user_version = 99")


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        pytest.param(lambda path: path.write_text("precious\n" * 200), "is no lab's state", id="text"),
        pytest.param(foreign_database, "is a database, but no lab's state", id="another-database"),
        pytest.param(other_version, "is of version 99, and this lab writes version 1", id="another-version"),
        pytest.param(lambda path: path.mkdir(), "cannot be used", id="a-folder"),
        pytest.param(os.mkfifo, "is no file", id="a-pipe"),
    ],
)
def test_what_is_no_state_is_refused_and_left_as_it_is(path: Path, prepare: object, words: str) -> None:
    assert callable(prepare)
    prepare(path)
    path.chmod(0o750)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StateFileError, match=words):
        StateFile.open(path)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert list(path.parent.iterdir()) == [path]
    assert stat.S_IMODE(path.stat().st_mode) == 0o750


def test_a_place_where_no_file_can_be(tmp_path: Path) -> None:
    with pytest.raises(StateFileError, match="No such file or directory"):
        StateFile.open(tmp_path / "none" / "lab.state")


KEYS = st.builds(RowKey, st.sampled_from("pq"), st.sampled_from(["", "v"]), st.sampled_from("xyz"))
STEPS = st.lists(st.tuples(st.dictionaries(KEYS, st.binary(), max_size=3), st.sets(KEYS, max_size=3)), max_size=8)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(STEPS)
def test_it_holds_what_a_dictionary_would(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[dict[RowKey, bytes], set[RowKey]]]
) -> None:
    path = tmp_path_factory.mktemp("state") / "s"
    opened, model = StateFile.open(path), dict[RowKey, bytes]()
    for put, gone in steps:
        opened.write(Changes(put=put, gone=gone - set(put)))
        model = {key: data for key, data in (model | put).items() if key not in gone - set(put)}
    opened.close()
    assert reread(path) == model
