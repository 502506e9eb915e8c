"""What `keyferry provision render` and `manifests` do: read, render, then write or show what would be written."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import typer

from keyferry.cli.output import Output
from keyferry.cli.provision_options import Format
from keyferry.provision import difference, intake, kept_outputs, rendering, shipped_files, writing
from keyferry.provision.manifests import helm
from keyferry.provision.manifests.state import Form, LeftOut
from keyferry.provision.outputs import Outputs
from keyferry.provision.record import Standing
from keyferry.provision.rendering import Rendering, Shipped
from keyferry.provision.terraform import root, shipped_hcl
from keyferry.provision.tree import Files
from keyferry.spec.estate.estate import Estate

WOULD_CHANGE: Final = 1
_NAMED: Final = 5
_WARNINGS: Final = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where the estate is: its file, and further sites."""

    estate: Path
    sites: str | None = None
    sites_from_env: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where it is rendered to, and how; `force` lets go of what was edited there."""

    out: Path
    format: Format = Format.PLAIN
    force: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """How to tell it: `check` and `diff` write nothing."""

    output: Output = Output.TEXT
    check: bool = False
    diff: bool = False


def estate_of(source: Source) -> Estate:
    """Read the estate; warnings go to standard error. SpecError tells everything that is wrong."""
    loaded = intake.read(
        source.estate,
        sites=source.sites,
        sites_variable=source.sites_from_env,
        stdin=sys.stdin.buffer,
        environ=os.environ,
    )
    for warning in loaded.warnings[:_WARNINGS]:
        warn(warning)
    if (more := len(loaded.warnings) - _WARNINGS) > 0:
        warn(f"{more:,} more of these")
    return loaded.estate


def warn(text: str) -> None:
    """Say something that does not stop the command."""
    typer.echo(f"{typer.style('warning:', fg=typer.colors.YELLOW, bold=True)} {text}", err=True)


def rendered(estate: Estate, target: Target) -> Rendering:
    """Return all that the estate is rendered to, by what the last apply answered."""
    terraform = shipped_hcl.read(with_chart=root.takes_shipped_chart(estate))
    shipped = Shipped(terraform=terraform, sites_chart=_sites_chart(target))
    return rendering.whole(estate, kept_outputs.read(target.out), Form(target.format), shipped)


def render(source: Source, target: Target, told: Told) -> int:
    """Render everything; return the exit code."""
    return _finish(rendered(estate_of(source), target), target, told)


def manifests(source: Source, target: Target, told: Told, outputs: Path | None) -> int:
    """Render the manifests alone, by the outputs of a file or of the last apply; return the exit code."""
    estate = estate_of(source)
    made = kept_outputs.read_file(outputs) if outputs else kept_outputs.read(target.out)
    return _finish(_manifests(estate, made, target), target, told)


def put_manifests(estate: Estate, made: Outputs, target: Target) -> tuple[Standing, Sequence[LeftOut]]:
    """Write the manifests for what was made."""
    found = _manifests(estate, made, target)
    return put(found, target), found.left_out


def put(found: Rendering, target: Target) -> Standing:
    """Write a rendering."""
    return writing.write(target.out, found.files, found.within, estate=found.estate, force=target.force)


def summary(standing: Standing, left_out: Sequence[LeftOut], out: Path) -> Iterator[str]:
    """Yield what people are told of a writing."""
    changes = standing.changes
    counts = {"new": changes.new, "changed": changes.changed, "removed": changes.stale, "as before": changes.same}
    told = ", ".join(f"{len(paths):,} {word}" for word, paths in counts.items() if paths) or "nothing"
    yield f"{out}: {told}"
    for path in standing.kept:
        yield f"{out / path}: no longer part of the estate, but edited by hand: remove it yourself"
    if left_out:
        names = ", ".join(each.site for each in left_out[:_NAMED])
        more = f" and {len(left_out) - _NAMED:,} more" if len(left_out) > _NAMED else ""
        reason = left_out[0].reason if len(left_out) == 1 else "client ids are known once the identities were made"
        yield f"no manifests yet for {names}{more}: {reason}"


def document(standing: Standing, left_out: Sequence[LeftOut], out: Path) -> dict[str, Any]:
    """Return the same for programs."""
    changes = standing.changes
    return {
        "out": str(out),
        "new": changes.new,
        "changed": changes.changed,
        "removed": changes.stale,
        "same": len(changes.same),
        "edited": standing.edited,
        "kept": standing.kept,
        "leftOut": [{"site": each.site, "reason": each.reason} for each in left_out],
    }


def _manifests(estate: Estate, made: Outputs, target: Target) -> Rendering:
    return rendering.manifests(estate, made, Form(target.format), _sites_chart(target))


def _sites_chart(target: Target) -> Files:
    return shipped_files.below(helm.CHART) if target.format is Format.HELM else {}


def _finish(found: Rendering, target: Target, told: Told) -> int:
    if not (told.check or told.diff):
        _tell(put(found, target), found, target, told)
        return 0
    standing, present = writing.look(target.out, found.files, found.within)
    if told.diff:
        for line in difference.lines(standing, found.files, present):
            typer.echo(_painted(line))
    else:
        _tell(standing, found, target, told)
    return WOULD_CHANGE if told.check and not standing.changes.is_nothing else 0


def _tell(standing: Standing, found: Rendering, target: Target, told: Told) -> None:
    if told.output is Output.JSON:
        typer.echo(json.dumps(document(standing, found.left_out, target.out), indent=2))
        return
    if told.check:
        for line in _paths(standing, target.out):
            typer.echo(line)
    for line in summary(standing, found.left_out, target.out):
        typer.echo(line)


def _paths(standing: Standing, out: Path) -> Iterator[str]:
    changes = standing.changes
    for paths, words in ((changes.new, "is new"), (changes.changed, "differs"), (changes.stale, "is to be removed")):
        yield from (f"{out / path} {words}" for path in paths)
    yield from (f"{out / path} was edited by hand" for path in standing.edited)


def _painted(line: str) -> str:
    paint: Callable[[str], str] | None = _COLOURS.get(line[:1])
    return paint(line) if paint and "NO_COLOR" not in os.environ else line


_COLOURS: Final[dict[str, Callable[[str], str]]] = {
    "+": lambda line: typer.style(line, fg=typer.colors.GREEN),
    "-": lambda line: typer.style(line, fg=typer.colors.RED),
    "@": lambda line: typer.style(line, fg=typer.colors.CYAN),
}
