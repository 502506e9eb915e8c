"""`keyferry lab clock` and `clock advance`: the lab's own time."""

import asyncio
import json
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.lab_commands import FOLDER, FolderOption
from keyferry.cli.output import Output, OutputOption
from keyferry.model.errors import SpecError
from keyferry.spec import durations


def show(context: typer.Context, *, output: OutputOption = Output.TEXT, folder: FolderOption = FOLDER) -> None:
    """Show the lab's instant, and how far it is ahead of this machine.

    Example: keyferry lab clock
    """
    if context.invoked_subcommand is None:
        _print(asyncio.run(_read(folder.absolute())), output)


def advance(
    by: Annotated[str, typer.Argument(help="How far, as 1h, 90s or 720h.")],
    *,
    output: OutputOption = Output.TEXT,
    folder: FolderOption = FOLDER,
) -> None:
    """Move the lab's clock ahead: tokens end, deleted secrets are purged, delays are over.

    Example: keyferry lab clock advance 1h
    """
    duration = durations.parse(by)
    if duration < timedelta(0):
        raise SpecError(what="the lab's clock only moves ahead", remedy="write a duration without a sign")
    _print(asyncio.run(_advance(folder.absolute(), duration)), output)


async def _read(folder: Path) -> Mapping[str, Any]:
    async with LabAdmin(folder) as admin:
        return await admin.clock()


async def _advance(folder: Path, by: timedelta) -> Mapping[str, Any]:
    async with LabAdmin(folder) as admin:
        return await admin.advance(by.total_seconds())


def _print(told: Mapping[str, Any], output: Output) -> None:
    if output is Output.JSON:
        typer.echo(json.dumps(told, indent=2))
        return
    ahead = durations.render(timedelta(seconds=told["offsetSeconds"]))
    typer.echo(f"{told['now']}, {ahead} ahead of this machine")
