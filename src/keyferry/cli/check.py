"""`keyferry check`: says offline what the API server, the webhook and the operator would say of manifests."""

from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli.output import Output, OutputOption


def command(
    files: Annotated[list[Path], typer.Argument(help="Manifests, folders of them, or - for standard input.")],
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
    output: OutputOption = Output.TEXT,
) -> None:
    """Check manifests of stores, ExternalSecrets, PushSecrets, generators and classes, with no cluster at hand.

    Each finding has its file, line and path, and what to write instead. Documents of other kinds are passed over.
    Ends with code 1 when there is a problem, 0 when there are warnings alone.

    Example: keyferry check deploy/
    Example: helm template chart | keyferry check - -o json
    """
    from keyferry.cli import checking  # noqa: PLC0415  (the types of every kind, which other commands need not)

    raise typer.Exit(checking.run(files, output, strict=strict))
