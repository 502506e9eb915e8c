"""What `keyferry advise` does: reads files, asks the rule about each place, prints the answers."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import typer

from keyferry.advice import parts
from keyferry.cli import advice_forms, advise_answers, advise_estates, advise_forms, manifest_files
from keyferry.cli.advise_deliverers import Deliverers
from keyferry.cli.advise_estates import Chosen
from keyferry.cli.advise_forms import Advised, Outcome
from keyferry.cli.advise_places import Place, places
from keyferry.cli.manifest_files import File, Manifest
from keyferry.cli.output import Output
from keyferry.kube.yaml_lines import Place as Position
from keyferry.spec.estate.sites import Consumption, Deliver, ObjectType

_UNREAD = 2


def of_wish(deliver: Deliver, consume: Consumption, object_type: ObjectType, output: Output) -> int:
    """Answer for a secret that is consumed in this way; return 1 where the wish contradicts itself."""
    answer = advise_answers.of_wish(deliver, consume, object_type)
    if output is Output.JSON:
        typer.echo(advise_forms.wish_json(answer))
    else:
        for line in advise_forms.wish_lines(answer):
            typer.echo(line, err=bool(answer.choice.problem))
    return 1 if answer.choice.problem else 0


def of_files(names: Sequence[Path], output: Output) -> int:
    """Answer for every place in manifests and estates; return 2 where something could not be read."""
    outcome = _outcome(list(manifest_files.read(names)))
    if output is Output.JSON:
        typer.echo(advise_forms.as_json(outcome))
    else:
        for line in advise_forms.lines(outcome):
            typer.echo(line)
        for unread in outcome.unread:
            typer.echo(advice_forms.unread_line(unread), err=True)
        typer.echo(advise_forms.summary(outcome), err=True)
    return _UNREAD if outcome.unread else 0


def _outcome(files: Sequence[File]) -> Outcome:
    known = Deliverers((file.folder, manifest.content) for file in files for manifest in file.manifests)
    return Outcome(
        advised=tuple(advised for file in files for advised in _advised(file, known)),
        chosen=tuple(chosen for file in files for chosen in _chosen(file)),
        unread=tuple(unread for file in files for unread in file.unread),
    )


def _advised(file: File, known: Deliverers) -> Iterator[Advised]:
    found: list[tuple[Manifest, Place]] = [
        (manifest, place) for manifest in file.manifests for place in places(manifest.content)
    ]
    positions = file.places([(manifest, place.path) for manifest, place in found])
    for (manifest, place), position in sorted(zip(found, positions, strict=True), key=_position):
        namespace = parts.namespace(manifest.content)
        yield Advised(
            file=file.name,
            position=position,
            kind=parts.text(manifest.content, "kind"),
            namespace=namespace,
            name=parts.name(manifest.content) or parts.text(manifest.content, "metadata", "generateName"),
            place=place,
            answer=advise_answers.of_place(place, known.of(namespace, file.folder, place.source)),
        )


def _position(found: tuple[tuple[Manifest, Place], Position]) -> Position:
    return found[1]


def _chosen(file: File) -> Iterator[Chosen]:
    for manifest in file.manifests:
        if advise_estates.is_estate(manifest.content):
            yield from advise_estates.of(file, manifest.content)
