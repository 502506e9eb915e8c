"""`keyferry lab rotate` and `counters`: what one does to a lab that runs already."""

import asyncio
import json
import secrets
import sys
from pathlib import Path
from typing import Annotated, Any, Final, TypeAlias

import typer
from rich.console import Console
from rich.table import Table

from keyferry.cli.lab_admin import LabAdmin
from keyferry.cli.output import Output, OutputOption
from keyferry.model.errors import SpecError
from keyferry.model.secrets import SecretValue

FOLDER: Final = Path(".keyferry-lab")
FolderOption: TypeAlias = Annotated[Path, typer.Option("--dir", help="The lab's folder: kubeconfig, CA, logs.")]


def rotate(
    vault: Annotated[str, typer.Argument(help="The vault's name, as kv-prod.")],
    name: Annotated[str, typer.Argument(help="The secret's name.")],
    *,
    from_stdin: Annotated[bool, typer.Option(help="Read the new value from standard input.")] = False,
    folder: FolderOption = FOLDER,
) -> None:
    """Store a new version of a secret: a random value, or the one on standard input. The value is not shown.

    Example: keyferry lab rotate kv-prod app-prod-db-password
    """
    value = sys.stdin.read() if from_stdin else secrets.token_urlsafe(24)
    if not value:
        raise SpecError(what="there is no value to store", cause="standard input is empty", remedy="pipe the value in")
    from keyferry.cli import engineer  # noqa: PLC0415  (the Azure SDK is heavy, and other commands need it not)

    version = asyncio.run(engineer.rotate(folder.absolute(), vault, name, value))
    shown = SecretValue(value.encode())
    typer.echo(f"{vault}/{name} has version {version}: {len(shown)} characters, digest {shown.digest()}")


def counters(
    *,
    output: OutputOption = Output.TEXT,
    folder: FolderOption = FOLDER,
) -> None:
    """Show how often each host of the lab's Azure was asked what, and how it answered.

    Example: keyferry lab counters -o json
    """
    counts = asyncio.run(_counters(folder.absolute()))
    if output is Output.JSON:
        typer.echo(json.dumps(counts, indent=2))
        return
    table = Table(*(counts[0] if counts else ("nothing was asked yet",)))
    for count in counts:
        table.add_row(*(str(value) for value in count.values()))
    Console().print(table)


async def _counters(folder: Path) -> list[dict[str, Any]]:
    async with LabAdmin(folder) as admin:
        found: list[dict[str, Any]] = (await admin.counters())["counts"]
        return found
