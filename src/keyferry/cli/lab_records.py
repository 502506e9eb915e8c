"""`keyferry lab audit` and `events`: what happened in a lab that runs."""

import asyncio
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer
from rich.console import Console
from rich.table import Table

from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.lab_commands import FOLDER, FolderOption
from keyferry.cli.output import Output, OutputOption
from keyferry.runtime.stopping import stop_signal

POLL_SECONDS: Final = 0.5


def audit(
    *,
    vault: Annotated[str, typer.Option(help="Only of this vault.", show_default="all")] = "",
    follow: Annotated[bool, typer.Option("--follow", "-f", help="Go on until Ctrl-C.")] = False,
    output: OutputOption = Output.TEXT,
    folder: FolderOption = FOLDER,
) -> None:
    """Show who asked the vaults what, and how they answered: their audit log, which holds no value.

    Example: keyferry lab audit -f -o json
    """
    asyncio.run(_audit(folder.absolute(), vault, output, follow=follow))


def events(*, output: OutputOption = Output.TEXT, folder: FolderOption = FOLDER) -> None:
    """Show the last deliveries of events, and what was given up.

    Example: keyferry lab events
    """
    told = asyncio.run(_events(folder.absolute()))
    if output is Output.JSON:
        typer.echo(json.dumps(told, indent=2))
        return
    table = Table("time", "to", "what", "subject", "attempt", "status", "outcome")
    for each in told["deliveries"]:
        what = ", ".join(name.rpartition(".")[2] for name in each["types"]) or each["kind"]
        subject, status = ", ".join(each["subjects"]), str(each["status"] or "none")
        table.add_row(each["time"], each["address"], what, subject, str(each["attempt"]), status, each["outcome"])
    for each in told["givenUp"]:
        table.add_row(each["time"], each["subscription"], "given up", each["event"], "", "", each["reason"])
    Console().print(table if told["deliveries"] or told["givenUp"] else "nothing was delivered yet")


async def _events(folder: Path) -> Mapping[str, Any]:
    async with LabAdmin(folder) as admin:
        return await admin.events()


async def _audit(folder: Path, vault: str, output: Output, *, follow: bool) -> None:
    async with LabAdmin(folder) as admin:
        told = await admin.audit(vault)
        _print(told["records"], output)
        if not follow:
            return
        with stop_signal() as stop:
            while not await _stopped(stop):
                told = await admin.audit(vault, told["last"])
                _print(told["records"], output)


async def _stopped(stop: asyncio.Event) -> bool:
    """Wait a while, or until somebody ends it."""
    try:
        async with asyncio.timeout(POLL_SECONDS):
            await stop.wait()
    except TimeoutError:
        return False
    return True


def _print(records: list[Mapping[str, Any]], output: Output) -> None:
    for record in records:
        typer.echo(json.dumps(record) if output is Output.JSON else _line(record))


def _line(record: Mapping[str, Any]) -> str:
    properties = record["properties"]
    claims = record["identity"]["claim"]
    words = (
        record["time"],
        str(properties["httpStatusCode"]),
        record["operationName"],
        properties["id"],
        claims.get("appid", "nobody"),
        record["callerIpAddress"],
        record["resultDescription"],
    )
    return " ".join(word for word in words if word)
