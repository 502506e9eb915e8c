"""Judges the objects of one file by all rules, and leaves out what nobody can know offline. Called by cli.checking."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from keyferry.advice.documents import Documents
from keyferry.advice.judge import Failure, judgement
from keyferry.advice.rule import Finding
from keyferry.cli import advised, placeholders
from keyferry.cli.advised import Advised, Wish
from keyferry.cli.manifest_files import File, Manifest, Unread


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What the rules found in a file, as it stands there, and of which objects a rule could say nothing."""

    advised: tuple[Advised, ...]
    unread: tuple[Unread, ...]


def judged(file: File, known: Documents, wish: Wish, each: Callable[[], None] = lambda: None) -> Judged:
    """Judge every object of a file; `each` is called for each of them."""
    around = known.around(file.folder)
    found: list[tuple[Manifest, Finding]] = []
    defects: list[Unread] = []
    for manifest in file.manifests:
        each()
        if known.is_made_by_one(manifest.content):
            continue
        told = judgement(manifest.content, around)
        defects += (defect(file, manifest, failure) for failure in told.failures)
        for finding in told.findings:
            is_unknown = around.is_about_another_provider(manifest.content, finding.path)
            if not (is_unknown or placeholders.is_left_open(manifest.content, finding.path)):
                found.append((manifest, finding))
    return Judged(advised=_placed(file, found, wish), unread=tuple(defects))


def defect(file: File, manifest: Manifest, failure: Failure) -> Unread:
    """Return what is told where a rule failed: what it would have said is not known, so the check did not succeed."""
    (place,) = file.places([(manifest, "")])
    return Unread(
        file=file.name,
        line=place.line,
        message=f"the rule {failure.check.rule.name} failed ({failure.cause}), which is a defect of keyferry",
        remedy="report it to the project, with what stands in this line",
    )


def _placed(file: File, found: Sequence[tuple[Manifest, Finding]], wish: Wish) -> tuple[Advised, ...]:
    places = file.places([(manifest, finding.path) for manifest, finding in found]) if found else []
    return advised.in_order(
        advised.advised(finding, manifest, wish, file.name, place)
        for (manifest, finding), place in zip(found, places, strict=True)
    )
