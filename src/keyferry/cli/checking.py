"""What `keyferry check` does: reads files, lets all rules judge their documents together, prints the findings."""

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import typer

from keyferry.advice.documents import Documents
from keyferry.advice.judge import RULES, judge, looks_at
from keyferry.advice.rule import Finding, Severity
from keyferry.cli import advice_forms, advised, manifest_files, placeholders, rule_texts, sarif, subject_files
from keyferry.cli.advised import Advised, Outcome, Wish
from keyferry.cli.manifest_files import File, Manifest
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
    found: list[Advised] = []
    each = patience.counting(f"of {len(manifests):,} objects checked")
    for file in read:
        found += advised.in_order(_advised(file, _findings(file, known, each), wish))
    patience.wipe()
    return Outcome(
        checked=sum(looks_at(content) for _, content in manifests),
        advised=tuple(found),
        unread=tuple(unread for file in read for unread in file.unread),
    )


def _findings(file: File, known: Documents, each: Callable[[], None]) -> Iterator[tuple[Manifest, Finding]]:
    """Yield what the rules have to say of each object of a file, and can know."""
    around = known.around(file.folder)
    for manifest in file.manifests:
        each()
        if known.is_made_by_one(manifest.content):
            continue
        for finding in judge(manifest.content, around):
            is_unknown = around.is_about_another_provider(manifest.content, finding.path)
            if not (is_unknown or placeholders.is_left_open(manifest.content, finding.path)):
                yield manifest, finding


def _advised(file: File, findings: Iterable[tuple[Manifest, Finding]], wish: Wish) -> Iterator[Advised]:
    found = list(findings)
    places = file.places([(manifest, finding.path) for manifest, finding in found]) if found else []
    for (manifest, finding), place in zip(found, places, strict=True):
        yield advised.advised(finding, manifest, wish, file.name, place)
