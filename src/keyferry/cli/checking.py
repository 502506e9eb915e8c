"""What `keyferry check` does: reads files, lets all rules judge their documents together, prints the findings."""

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from keyferry.admit import subject_files
from keyferry.advice.documents import Documents
from keyferry.advice.judge import RULES, looks_at
from keyferry.advice.rule import Severity
from keyferry.cli import advice_forms, judging, manifest_files, rule_texts, sarif
from keyferry.cli.advised import Outcome, Wish
from keyferry.cli.output import Form
from keyferry.cli.patience import Patience
from keyferry.runtime.clock import SystemClock


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What the command's flags say."""

    form: Form = Form.TEXT
    strict: bool = False
    enforce: Sequence[str] = ()
    ignore: Sequence[str] = ()
    subjects: Path | None = None


def run(files: Sequence[Path], asked: Asked) -> int:
    """Check files and folders, print what was found; return the exit code. SpecError where a flag is wrong."""
    wish = Wish(enforced=rule_texts.named(asked.enforce), ignored=rule_texts.named(asked.ignore))
    subjects = subject_files.read(asked.subjects) if asked.subjects else frozenset()
    outcome = _outcome(files, wish, subjects)
    match asked.form:
        case Form.JSON:
            typer.echo(advice_forms.as_json(outcome))
        case Form.SARIF:
            typer.echo(sarif.text(outcome, str(Path.cwd())))
        case Form.TEXT:
            for line in advice_forms.lines(outcome, _plain if "NO_COLOR" in os.environ else _painted):
                typer.echo(line)  # which takes the colours off where no terminal is
    for unread in outcome.unread:
        typer.echo(advice_forms.unread_line(unread), err=True)
    if asked.form is Form.TEXT:
        typer.echo(advice_forms.summary(outcome), err=True)
    return outcome.exit_code(strict=asked.strict)


def explain(name: str, form: Form) -> None:
    """Print everything about one rule. SpecError where there is none of this name."""
    found = rule_texts.rule(name)
    typer.echo(rule_texts.explained(found) if form is Form.TEXT else rule_texts.as_json([found]))


def list_rules(form: Form) -> None:
    """Print every rule."""
    typer.echo(rule_texts.listed() if form is Form.TEXT else rule_texts.as_json(list(RULES.values())))


def _painted(level: Severity) -> str:
    return typer.style(level, fg=typer.colors.RED if level is Severity.ERROR else typer.colors.YELLOW, bold=True)


def _plain(level: Severity) -> str:
    return str(level)


def _outcome(files: Sequence[Path], wish: Wish, subjects: frozenset[str]) -> Outcome:
    patience = Patience(sys.stderr, SystemClock())
    read = list(manifest_files.read(files, patience.counting("documents read")))
    manifests = [(file, manifest.content) for file in read for manifest in file.manifests]
    known = Documents((content for _, content in manifests), subjects, (file.folder for file, _ in manifests))
    each = patience.counting(f"of {len(manifests):,} objects checked")
    found = [judging.judged(file, known, wish, each) for file in read]
    patience.wipe()
    return Outcome(
        checked=sum(looks_at(content) for _, content in manifests),
        advised=tuple(one for judged in found for one in judged.advised),
        unread=tuple(one for file, judged in zip(read, found, strict=True) for one in (*file.unread, *judged.unread)),
    )
