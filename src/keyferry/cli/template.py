"""`keyferry template`: renders a template offline, as the operator would."""

from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli.output import Output, OutputOption


def command(
    file: Annotated[Path, typer.Argument(help="A template, a manifest that holds some, or - for standard input.")],
    *,
    data: Annotated[
        Path | None,
        typer.Option(help="Keys and values as YAML or JSON, or the manifest of a Secret.", show_default="no keys"),
    ] = None,
    left_delimiter: Annotated[str, typer.Option(help="What opens an action.")] = "{{",
    right_delimiter: Annotated[str, typer.Option(help="What closes it.")] = "}}",
    output: OutputOption = Output.TEXT,
) -> None:
    """Render a template with the functions that ExternalSecrets have, and print what comes out.

    Of the manifest of an ExternalSecret or PushSecret, every text of its template is rendered, by its key. What comes
    out may be secret: mind where it goes.

    Example: keyferry template config.tpl --data values.yaml
    Example: keyferry template externalsecret.yaml --data secret.json -o json
    """
    from keyferry.cli import templating  # noqa: PLC0415  (the engine, which other commands need not)

    typer.echo(templating.run(file, data, (left_delimiter, right_delimiter), output), nl=False)
