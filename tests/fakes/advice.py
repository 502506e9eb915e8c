"""What single rules find, without the rest of the rules."""

from collections.abc import Mapping, Sequence
from typing import Any

from keyferry.advice.rule import Check, Finding
from keyferry.advice.surroundings import Nothing, Surroundings

WARNING_LIMIT = 256  # characters of an admission warning that the API server lets through


def findings(
    checks: Sequence[Check], document: Mapping[str, Any], rule: str, surroundings: Surroundings | None = None
) -> list[Finding]:
    """The findings of one rule, from those of `checks` that look at the document's kind."""
    asked = [check for check in checks if document.get("kind") in check.kinds]
    every = [each for check in asked for each in check.find(document, surroundings or Nothing())]
    for each in every:
        assert len(str(each)) <= WARNING_LIMIT, f"too long for a warning: {each}"
    return [each for each in every if each.rule.name == rule]


def found(
    checks: Sequence[Check], document: Mapping[str, Any], rule: str, surroundings: Surroundings | None = None
) -> list[str]:
    """The paths of these findings."""
    return [each.path for each in findings(checks, document, rule, surroundings)]
