"""The `keyferry` command: its sub-commands, and how every error ends: what, why, what to do, and an exit code."""

import sys
from typing import Annotated, Final

import typer

from keyferry import __version__
from keyferry.cli import commands
from keyferry.model.errors import KeyferryError, SpecError
from keyferry.runtime import logs

FAILED: Final = 1  # something outside did not do as it should
MISUSED: Final = 2  # a flag, a file or the environment must be edited

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
    try:
        app(prog_name="keyferry")
    except KeyferryError as error:
        sys.exit(_tell(error.what, error.cause, error.remedy, MISUSED if isinstance(error, SpecError) else FAILED))


def _tell(what: str, cause: str, remedy: str, code: int) -> int:
    from rich.console import Console  # noqa: PLC0415  (it is heavy, and a process that works needs it not)
    from rich.markup import escape  # noqa: PLC0415  (the same)

    console = Console(stderr=True, highlight=False, soft_wrap=True)
    console.print(f"[bold red]error:[/] {escape(what)}")
    if cause:
        console.print(f"[bold]cause:[/] {escape(cause)}")
    if remedy:
        console.print(f"[bold]to mend it:[/] {escape(remedy)}")
    return code
