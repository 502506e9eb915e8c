"""What `keyferry provision plan` and `apply` do: everything that can be checked first; then the tool's steps."""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

import typer

from keyferry.cli import provision_changes, provisioning
from keyferry.cli.output import Output
from keyferry.cli.provision_progress import Progress
from keyferry.cli.provisioning import Source, Target
from keyferry.cli.telling import FAILED, tell
from keyferry.model.errors import SpecError
from keyferry.provision import kept_outputs, writing
from keyferry.provision.record import Standing
from keyferry.provision.rendering import Rendering
from keyferry.provision.terraform import owning, prerequisites, steps
from keyferry.provision.terraform.changes import Change
from keyferry.provision.terraform.process import Interrupted
from keyferry.provision.terraform.steps import Steps
from keyferry.spec.estate.estate import Estate

CHANGES: Final = 3  # the exit code that `--detailed-exitcode` gives where there are changes
INTERRUPTED: Final = 130  # 128 and SIGINT, as shells say it
_MANY_SITES: Final = 50
_AT_ONCE: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """Which tool, and how much it may do at once; None goes by the estate's size."""

    named: str | None = None
    parallelism: int | None = None

    def flags(self, estate: Estate) -> Sequence[str]:
        """Return the flags of `plan` and `apply`: more at once than the tool's ten where there are many sites.

        azurerm waits about twenty seconds for each role, until it can read it back.
        """
        at_once = self.parallelism or (_AT_ONCE if len(estate.sites) > _MANY_SITES else None)
        return () if at_once is None else (f"-parallelism={at_once}",)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Ready:
    """An estate that was rendered, and the tool set up for it."""

    estate: Estate
    rendering: Rendering
    standing: Standing
    steps: Steps
    progress: Progress


def plan(source: Source, target: Target, tool: Tool, output: Output) -> bool:
    """Tell what would be changed; return whether anything would be."""
    with _ready(source, target, tool) as ready:
        found, has_changes = _planned(ready, tool)
    if output is Output.JSON:
        written = provisioning.document(ready.standing, ready.rendering.left_out, target.out)
        _print({**provision_changes.document(found, has_changes=has_changes), "rendered": written})
    else:
        _show(found, output)
    return has_changes


def apply(source: Source, target: Target, tool: Tool, output: Output, *, is_agreed: bool) -> None:
    """Make it, unless the answer is no; then write the manifests."""
    if not is_agreed and (source.sites == "-" or not sys.stdin.isatty()):
        raise SpecError(
            what="nobody can be asked whether to apply",
            cause="standard input is no terminal",
            remedy="give --yes; keyferry provision plan shows first what would be changed",
        )
    with _ready(source, target, tool) as ready:
        found, has_changes = _planned(ready, tool)
        ready.progress.end()
        _show(found, output)
        if has_changes and not is_agreed and not typer.confirm("Apply this?", err=True):
            typer.echo("nothing was changed", err=True)
            raise typer.Exit(FAILED)
        if has_changes:
            ready.progress.step("applying", found)
            ready.steps.apply(tool.flags(ready.estate))
        made = ready.steps.outputs()
    kept_outputs.write(target.out, made)
    standing, left_out = provisioning.put_manifests(ready.estate, made, target)
    if output is Output.JSON:
        written = provisioning.document(standing, left_out, target.out)
        told = provision_changes.document(found, has_changes=has_changes)
        _print({**told, "applied": has_changes, "manifests": written})
        return
    typer.echo(f"applied: {provision_changes.done(found)}" if has_changes else "everything is as the estate says")
    for line in provisioning.summary(standing, left_out, target.out):
        typer.echo(line)


@contextmanager
def _ready(source: Source, target: Target, tool: Tool) -> Iterator[_Ready]:
    """Check all that can be checked, render, and set the tool up; its plan is gone afterwards."""
    estate = provisioning.estate_of(source)
    program = steps.opened(steps.find(tool.named, os.environ), target.out, os.environ)
    steps.check_version(program)
    prerequisites.check(estate, os.environ, _has_program)
    for caution in prerequisites.cautions(os.environ):
        provisioning.warn(caution)
    rendering = provisioning.rendered(estate, target)
    standing = provisioning.put(rendering, target)
    progress = Progress(sys.stderr, owning.owners(estate))
    doing = Steps(program, progress.say, progress.stopping)
    with writing.locked(program.folder), _ending(doing, progress):
        progress.step(f"{program.name} init")
        doing.init()
        yield _Ready(estate=estate, rendering=rendering, standing=standing, steps=doing, progress=progress)


@contextmanager
def _ending(doing: Steps, progress: Progress) -> Iterator[None]:
    try:
        yield
    except Interrupted as stopped:
        progress.end()
        tell(stopped)
        raise typer.Exit(INTERRUPTED) from None
    finally:
        progress.end()
        doing.forget_plan()


def _planned(ready: _Ready, tool: Tool) -> tuple[tuple[Change, ...], bool]:
    ready.progress.step("planning")
    return ready.steps.plan(owning.owners(ready.estate), tool.flags(ready.estate))


def _show(found: Sequence[Change], output: Output) -> None:
    if output is Output.TEXT:
        for line in provision_changes.lines(found):
            typer.echo(line)


def _print(document: Mapping[str, Any]) -> None:
    typer.echo(json.dumps(document, indent=2))


def _has_program(name: str) -> bool:
    return shutil.which(name) is not None
