"""The `keyferry` command: its sub-commands, and how every error ends: what, why, what to do, and an exit code."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from keyferry import __version__
from keyferry.cli import commands
from keyferry.cli.telling import tell
from keyferry.model.errors import KeyferryError
from keyferry.runtime import logs

app = typer.Typer(
    name="keyferry",
    cls=commands.OnDemand,
    help="Delivers Azure Key Vault secrets to Kubernetes workloads with no stored credential anywhere.",
    epilog="Exit codes: 0 done, 1 failed, 2 a flag, file or setting is wrong. Try `keyferry demo` first.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(*, wanted: bool) -> None:
    if wanted:
        typer.echo(f"keyferry {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    *,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=lambda wanted: _show_version(wanted=wanted), is_eager=True, help="Show it."),
    ] = False,
) -> None:
    """Delivers Azure Key Vault secrets to Kubernetes workloads with no stored credential anywhere."""
    logs.configure(level=logs.LogLevel.WARNING, form=logs.LogFormat.CONSOLE)


def main() -> None:
    """Run the command line; every expected error becomes three lines on standard error and an exit code."""
    if sys.stdin is None:  # closed by who began us: an empty one takes its place, and its descriptor
        sys.stdin = Path(os.devnull).open()  # noqa: SIM115  (it stays open as long as the process)
    try:
        app(prog_name="keyferry")
    except KeyferryError as error:
        sys.exit(tell(error))
