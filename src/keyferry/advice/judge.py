"""What all rules say of one document. Called by the webhook and by `keyferry check`. Pure."""

from collections.abc import Mapping
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


def looks_at(document: Document) -> bool:
    """Return whether any rule looks at documents of this kind."""
    kind = document.get("kind")
    return isinstance(kind, str) and kind in KINDS


def judge(document: Document, surroundings: Surroundings) -> tuple[Finding, ...]:
    """Return every finding, in the order of the rules, also of those that the document asks to pass over."""
    kind = document.get("kind")
    checks = _BY_KIND.get(kind, ()) if isinstance(kind, str) else ()
    return tuple(finding for check in checks for finding in check.find(document, surroundings))
