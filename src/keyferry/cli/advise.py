"""`keyferry advise`: files or a Secret, by the rule that keyferry.yaml follows, and why."""

from pathlib import Path
from typing import Annotated

import typer

from keyferry.cli.output import Output, OutputOption
from keyferry.model.errors import SpecError
from keyferry.spec.estate.sites import Consumption, Deliver, ObjectType


def command(
    files: Annotated[
        list[Path] | None, typer.Argument(help="Manifests, folders of them, keyferry.yaml, or - for standard input.")
    ] = None,
    *,
    consume: Annotated[
        Consumption | None, typer.Option(help="Answer for an application that takes it in this way.")
    ] = None,
    object_type: Annotated[
        ObjectType, typer.Option("--type", help="What kind of object the vault holds, with --consume.")
    ] = ObjectType.SECRET,
    deliver: Annotated[
        Deliver, typer.Option(help="A way that is wanted, with --consume: is it possible?")
    ] = Deliver.AUTO,
    output: OutputOption = Output.TEXT,
) -> None:
    """Say whether a secret should come as files or as a Secret: files, unless only a Secret can be taken.

    With --consume for one secret. With files for every place in them that takes a Secret (env, envFrom, volumes,
    imagePullSecrets, tls), with what would change; for keyferry.yaml what was chosen, and why. Ends with code 1 when
    --deliver and --consume contradict each other, 2 when a file cannot be read or a flag is wrong, 0 else.

    Example: keyferry advise --consume env
    Example: keyferry advise deploy/
    Example: helm template chart | keyferry advise - -o json
    Example: keyferry advise keyferry.yaml
    """
    from keyferry.cli import advise_reading  # noqa: PLC0415  (the estate's types, which --help need not load)

    if consume is not None and not files:
        raise typer.Exit(advise_reading.of_wish(deliver, consume, object_type, output))
    if consume is not None:
        raise SpecError(what="both --consume and files are named", remedy="ask about one of them")
    if deliver is not Deliver.AUTO or object_type is not ObjectType.SECRET:
        raise SpecError(what="--deliver and --type go with --consume", remedy="add --consume, or leave them out")
    if not files:
        raise SpecError(
            what="nothing to advise on is named", remedy="say --consume env, files or secretRef, or name manifests"
        )
    raise typer.Exit(advise_reading.of_files(files, output))
