"""The sub-commands by name, each with its module loaded when it is asked for: a process keeps what it loads.

The long-running ones are counted by the memory they hold on every node. Called by cli.main.
"""

from collections import UserDict
from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperGroup
from typer.main import get_command, get_group

NAMES: Final = (
    "demo",
    "init",
    "operator",
    "node",
    "webhook",
    "sync",
    "check",
    "advise",
    "provision",
    "template",
    "lab",
)  # in the order of the help; the modules are named like them


class OnDemand(TyperGroup):
    """The group of all commands. Each is built from `app` or `command` in keyferry.cli.NAME."""

    def __init__(self, **settings: Any) -> None:
        super().__init__(**settings)
        self.commands = _Commands(dict.fromkeys(NAMES))


class _Commands(UserDict[str, Any]):
    def __getitem__(self, name: str) -> Any:
        if self.data[name] is None:
            self.data[name] = _built(name)
        return self.data[name]


def _built(name: str) -> Any:
    module = import_module(f"keyferry.cli.{name}")
    if hasattr(module, "app"):
        command: Any = get_group(module.app)
    else:
        alone = typer.Typer(add_completion=False)
        alone.command(name, cls=getattr(module, "CLASS", None))(module.command)
        command = get_command(alone)
    command.name = name
    return command
