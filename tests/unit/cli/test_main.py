"""The command line as a person meets it: help, version, errors and exit codes."""

import subprocess
import sys
from pathlib import Path

import pytest

from keyferry import __version__
from tests.fakes import command_line


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help(flag: str) -> None:
    ended = command_line.run(flag)
    assert ended.code == 0
    assert [
        word for word in ("demo", "operator", "lab", "Exit codes: 0", "--version") if word not in ended.output
    ] == []


@pytest.mark.parametrize("command", ["demo", "operator", "lab"])
@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_of_every_command_has_an_example(command: str, flag: str) -> None:
    ended = command_line.run(command, flag)
    assert ended.code == 0
    assert f"Example: keyferry {command}" in " ".join(ended.output.split())


def test_nothing_at_all_shows_the_help() -> None:
    assert "Usage: keyferry" in command_line.run().output


def test_the_version() -> None:
    ended = command_line.run("--version")
    assert (ended.code, ended.output) == (0, f"keyferry {__version__}\n")


def test_the_module_is_the_command() -> None:
    ended = subprocess.run([sys.executable, "-m", "keyferry", "--version"], capture_output=True, text=True, check=True)
    assert ended.stdout == f"keyferry {__version__}\n"


@pytest.mark.parametrize(
    "arguments", [["nonsense"], ["--nonsense"], ["operator", "--nonsense"], ["operator", "--concurrent", "0"]]
)
def test_misuse_is_2(arguments: list[str]) -> None:
    ended = command_line.run(*arguments)
    assert ended.code == 2
    assert "Usage: keyferry" in ended.errors
    assert "Traceback" not in ended.errors


def test_a_closed_standard_input_is_an_empty_one() -> None:
    command = 'exec "$0" -m keyferry template - <&-'
    ended = subprocess.run(["/bin/sh", "-c", command, sys.executable], capture_output=True, text=True, check=False)
    assert "Traceback" not in ended.stderr


def test_what_a_person_must_edit_is_2_and_says_what_why_and_the_way_out(tmp_path: Path) -> None:
    ended = command_line.run("lab", "--seed", str(tmp_path / "missing.yaml"))
    assert ended.code == 2
    assert ended.output == ""
    assert [line.split(":")[0] for line in ended.lines] == ["error", "cause", "to mend it"]
    assert str(tmp_path / "missing.yaml") in ended.errors


def test_what_is_not_there_is_1(folder: Path) -> None:
    ended = command_line.run("lab", "counters", "--dir", str(folder))
    assert ended.code == 1
    assert ended.lines[0] == f"error: no lab runs in {folder}"
    assert ended.lines[-1].startswith("to mend it: start one with `keyferry lab`")


@pytest.mark.parametrize("name", ["[bold]", "a[0]", "[/]", "\\[x]"])
def test_brackets_are_printed_as_they_are(tmp_path: Path, name: str) -> None:
    assert f"/{name}.yaml cannot be read" in command_line.run("lab", "--seed", f"{tmp_path}/{name}.yaml").errors
