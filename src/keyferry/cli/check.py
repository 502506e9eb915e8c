"""`keyferry check`: says offline what the API server, the webhook and the operator would say of manifests."""

from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli.output import Form
from keyferry.model.errors import SpecError


def rules_beginning(incomplete: str) -> list[str]:
    """Return what a shell may complete: names of rules, behind those that stand there with commas."""
    from keyferry.advice.judge import RULES  # noqa: PLC0415  (as below)

    before, comma, begun = incomplete.rpartition(",")
    return [f"{before}{comma}{name}" for name in RULES if name.startswith(begun)]


def command(  # noqa: PLR0913  (each parameter is a flag)
    files: Annotated[
        list[Path] | None, typer.Argument(help="Manifests, folders of them, or - for standard input.")
    ] = None,
    *,
    strict: Annotated[bool, typer.Option("--strict", help="Let warnings fail, too.")] = False,
    enforce: Annotated[
        list[str] | None,
        typer.Option(
            help="Rules whose findings are errors, with commas between them.",
            autocompletion=rules_beginning,
            show_default="none",
        ),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option(
            help="Rules to pass over, with commas between them.", autocompletion=rules_beginning, show_default="none"
        ),
    ] = None,
    subjects: Annotated[
        Path | None,
        typer.Option(help="The subjects of federated credentials: one a line, or JSON of az.", show_default="none"),
    ] = None,
    explain: Annotated[
        str | None, typer.Option(metavar="RULE", help="Tell all about one rule.", autocompletion=rules_beginning)
    ] = None,
    list_rules: Annotated[bool, typer.Option("--list-rules", help="List all rules.")] = False,
    output: Annotated[Form, typer.Option("--output", "-o", help="How to print.")] = Form.TEXT,
) -> None:
    """Check manifests with no cluster at hand: workloads, ServiceAccounts, Secrets, stores, ExternalSecrets, classes.

    All documents are judged together. Each finding has its file, line and path, what to write instead, and its rule.
    The annotation keyferry.io/ignore names rules that an object passes over. Ends with code 1 when there is an error, 0
    when there are warnings alone, 2 when a file cannot be read or a flag is wrong.

    Example: keyferry check deploy/
    Example: helm template chart | keyferry check - -o sarif
    Example: keyferry check --explain sub-path
    """
    from keyferry.cli import checking  # noqa: PLC0415  (the types of every kind, which other commands need not)

    if explain is not None:
        checking.explain(explain, output)
    elif list_rules:
        checking.list_rules(output)
    elif files:
        asked = checking.Asked(
            form=output, strict=strict, enforce=enforce or (), ignore=ignore or (), subjects=subjects
        )
        raise typer.Exit(checking.run(files, asked))
    else:
        raise SpecError(what="nothing to check is named", remedy="name manifests or folders, or - for standard input")
