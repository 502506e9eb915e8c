"""Subjects follow their file; a file that is lost loses nothing."""

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from keyferry.admit.subjects import Subjects
from keyferry.model.errors import SpecError

ONE = "system:serviceaccount:apps:one"
TWO = "system:serviceaccount:apps:two"


async def test_without_a_file_nothing_is_known() -> None:
    subjects = Subjects(None)
    subjects.look()
    await subjects.keep_looking()
    assert subjects.known == frozenset()


def test_they_follow_the_file(tmp_path: Path) -> None:
    file = tmp_path / "subjects"
    file.write_text(ONE)
    subjects = Subjects(file)
    before = subjects.known
    subjects.look()
    assert subjects.known is before
    file.write_text(f"{ONE}\n{TWO}\n")
    subjects.look()
    assert subjects.known == {ONE, TWO}


def test_a_file_that_is_lost_leaves_what_it_said(tmp_path: Path) -> None:
    file = tmp_path / "subjects"
    file.write_text(ONE)
    subjects = Subjects(file)
    file.unlink()
    with capture_logs() as logs:
        subjects.look()
    assert subjects.known == {ONE}
    assert [entry["event"] for entry in logs] == ["subjects.unreadable"]


def test_a_file_that_never_was_is_told_at_the_start(tmp_path: Path) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        Subjects(tmp_path / "none")
