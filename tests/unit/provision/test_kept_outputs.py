"""What was made is remembered beside what was rendered."""

import os
from pathlib import Path

import pytest

from keyferry.model.errors import SpecError
from keyferry.provision import kept_outputs
from keyferry.provision.outputs import NOTHING
from tests.unit.provision.test_rendering import ONE


def test_it_is_read_as_it_was_written(tmp_path: Path) -> None:
    assert kept_outputs.read(tmp_path) == NOTHING
    kept_outputs.write(tmp_path / "build", ONE)
    assert kept_outputs.read(tmp_path / "build") == ONE
    assert (tmp_path / "build" / "outputs.json").read_bytes().endswith(b"}\n")


@pytest.mark.parametrize("name", ["gone", "."])
def test_what_cannot_be_read_is_told(tmp_path: Path, name: str) -> None:
    with pytest.raises(SpecError, match="cannot be read"):
        kept_outputs.read_file(tmp_path / name)


def test_a_pipe_in_its_place_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "outputs.json")
    with pytest.raises(SpecError, match="it is no file"):
        kept_outputs.read(tmp_path)


def test_nothing_is_kept_where_no_folder_can_be(tmp_path: Path) -> None:
    assert kept_outputs.read(tmp_path / ("x" * 300)) == NOTHING
