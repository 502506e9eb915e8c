"""What all rules say of one document. Called by the webhook and by `keyferry check`. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.advice import suppression
from keyferry.advice.rule import Check, Document, Finding, Rule
from keyferry.advice.rules import CHECKS
from keyferry.advice.surroundings import Surroundings

KINDS: Final[frozenset[str]] = frozenset(kind for check in CHECKS for kind in check.kinds)  # others have no findings
_NAMES: Final = frozenset(rule.name for check in CHECKS for rule in check.rules)
_CHECKS: Final[tuple[Check, ...]] = (*CHECKS, suppression.check_of(_NAMES, KINDS))
RULES: Final[Mapping[str, Rule]] = {rule.name: rule for check in _CHECKS for rule in check.rules}
_BY_KIND: Final[Mapping[str, tuple[Check, ...]]] = {
    kind: tuple(check for check in _CHECKS if kind in check.kinds) for kind in KINDS
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A check that raised, which is our mistake. `cause` is what was raised, without its text."""

    check: Check
    cause: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What the rules found, and which could not look."""

    findings: tuple[Finding, ...]
    failures: tuple[Failure, ...]


def looks_at(document: Document) -> bool:
    """Return whether any rule looks at documents of this kind."""
    kind = document.get("kind")
    return isinstance(kind, str) and kind in KINDS


def judge(document: Document, surroundings: Surroundings) -> tuple[Finding, ...]:
    """Return every finding, in the order of the rules, also of those that the document asks to pass over."""
    return tuple(finding for check in _checks(document) for finding in check.find(document, surroundings))


def judgement(document: Document, surroundings: Surroundings) -> Judgement:
    """Judge as `judge` does, but a check that raises keeps no other from being heard."""
    findings: list[Finding] = []
    failures: list[Failure] = []
    for check in _checks(document):
        try:
            findings.extend(check.find(document, surroundings))
        except Exception as failure:  # noqa: BLE001  (a defect of one rule must cost nobody the others)
            failures.append(Failure(check=check, cause=type(failure).__name__))
    return Judgement(findings=tuple(findings), failures=tuple(failures))


def _checks(document: Document) -> tuple[Check, ...]:
    kind = document.get("kind")
    return _BY_KIND.get(kind, ()) if isinstance(kind, str) else ()
