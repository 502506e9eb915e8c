"""Rules as `keyferry check --explain` and `--list-rules` tell them, and the rules that a flag names. Pure."""

import json
from collections.abc import Sequence
from typing import Any

from keyferry.advice.judge import RULES
from keyferry.advice.rule import Rule
from keyferry.model.errors import SpecError, foreign
from keyferry.spec.problems import did_you_mean


def named(texts: Sequence[str]) -> frozenset[str]:
    """Return the rules that flags name, with commas between them. SpecError where one is none."""
    names = [name.strip() for text in texts for name in text.split(",")]
    return frozenset(rule(name).name for name in names if name)


def rule(name: str) -> Rule:
    """Return a rule by its name. SpecError, with names that are near, where there is none."""
    found = RULES.get(name.strip())
    if found is None:
        remedy = did_you_mean(name, RULES) or "see them all: keyferry check --list-rules"
        raise SpecError(what=f'there is no rule "{foreign(name)}"', remedy=remedy)
    return found


def explained(found: Rule) -> str:
    """Return everything about one rule."""
    parts = [f"{found.name} ({found.severity}): {found.title}", found.why, f"To mend it: {found.remedy}."]
    if found.example:
        indented = "".join(f"  {line}" for line in found.example.splitlines(keepends=True)).rstrip()
        parts.append(f"This is right:\n\n{indented}")
    if found.source:
        parts.append(f"Source: {found.source}")
    return "\n\n".join(parts)


def listed() -> str:
    """Return a line for each rule."""
    width = max(len(name) for name in RULES)
    return "\n".join(f"{each.name:<{width}}  {each.severity:<7}  {each.title}" for each in RULES.values())


def as_json(rules: Sequence[Rule]) -> str:
    """Return rules with all their texts."""
    return json.dumps([_fields(each) for each in rules], indent=2)


def _fields(each: Rule) -> dict[str, Any]:
    return {
        "name": each.name,
        "title": each.title,
        "level": str(each.severity),
        "why": each.why,
        "remedy": each.remedy,
        "example": each.example,
        "source": each.source,
    }
