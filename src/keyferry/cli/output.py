"""How a command prints: for people or for programs."""

from enum import StrEnum
from typing import Annotated, TypeAlias

import typer


class Output(StrEnum):
    """The forms of what a command prints."""

    TEXT = "text"
    JSON = "json"


class Form(StrEnum):
    """The forms of findings."""

    TEXT = "text"
    JSON = "json"
    SARIF = "sarif"


OutputOption: TypeAlias = Annotated[Output, typer.Option("--output", "-o", help="How to print.")]
