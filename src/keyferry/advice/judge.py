"""What all rules say of one document. Called by the webhook and by `keyferry check`. Pure."""

from collections.abc import Mapping
from typing import Final

from keyferry.advice.rule import Check, Document, Finding, Rule
from keyferry.advice.rules import CHECKS
from keyferry.advice.surroundings import Surroundings

RULES: Final[Mapping[str, Rule]] = {rule.name: rule for check in CHECKS for rule in check.rules}
_ANY: Final = tuple(check for check in CHECKS if not check.kinds)
_BY_KIND: Final[Mapping[str, tuple[Check, ...]]] = {
    kind: tuple(check for check in CHECKS if kind in check.kinds)
    for kind in {kind for check in CHECKS for kind in check.kinds}
}


def judge(document: Document, surroundings: Surroundings) -> tuple[Finding, ...]:
    """Return every finding, in the order of the rules."""
    kind = document.get("kind")
    checks = (*_BY_KIND.get(kind, ()), *_ANY) if isinstance(kind, str) else _ANY
    return tuple(finding for check in checks for finding in check.find(document, surroundings))
