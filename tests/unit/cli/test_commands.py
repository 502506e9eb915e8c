"""Every command is there when it is asked for, and what is not asked for is not loaded."""

import subprocess
import sys

import pytest
from typer.main import get_command

from keyferry.cli.commands import NAMES
from keyferry.cli.main import app
from tests.fakes import command_line

ASKED = """
import importlib, sys
from typer.main import get_command
from keyferry.cli.main import app
command, verb = sys.argv[1:]
get_command(app).commands[command]
importlib.import_module(f"keyferry.{verb}.run")
print(*sys.modules)
"""


def loaded_by(command: str, verb: str) -> set[str]:
    """The modules that a process of this command has loaded when it begins to work."""
    ended = subprocess.run([sys.executable, "-c", ASKED, command, verb], capture_output=True, text=True, check=True)
    return set(ended.stdout.split())


def test_all_are_there_in_the_order_of_the_help() -> None:
    tree = getattr(get_command(app), "commands")  # noqa: B009  (a group's, which its type does not tell)
    assert tuple(tree) == NAMES
    assert [command.name for command in tree.values()] == list(NAMES)
    assert tree["lab"] is tree["lab"]


def test_a_command_that_is_not_there_is_told() -> None:
    ended = command_line.run("operators")
    assert ended.code == 2
    assert "operator" in ended.errors


@pytest.mark.parametrize(("command", "verb"), [("node", "mount"), ("operator", "sync")])
def test_a_process_that_works_has_loaded_no_other_command_and_nothing_that_draws(command: str, verb: str) -> None:
    loaded = loaded_by(command, verb)
    assert f"keyferry.cli.{command}" in loaded
    assert loaded & {"rich", "pygments", "keyferry.cli.demo", "keyferry.cli.lab", "keyferry.cli.lab_commands"} == set()
