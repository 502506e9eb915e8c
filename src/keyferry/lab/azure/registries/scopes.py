"""What a token is for: `repository:team/app:pull,push`, one or several with spaces between.

https://distribution.github.io/distribution/spec/auth/scope/
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_SCOPE: Final = re.compile(r"(repository|registry):([a-z0-9]+(?:[._/-]+[a-z0-9]+)*):([a-z_*]+(?:,[a-z_*]+)*)")
_MOST: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Scope:
    """Actions on one repository, or on the registry itself (`catalog`)."""

    kind: str
    name: str
    actions: tuple[str, ...]


def parse(text: str) -> tuple[Scope, ...] | None:
    """Return the scopes, None where one of them is none or there are too many."""
    parts = text.split()
    matches = [_SCOPE.fullmatch(part) for part in parts[: _MOST + 1]]
    found = tuple(Scope(kind=m[1], name=m[2], actions=tuple(m[3].split(","))) for m in matches if m is not None)
    return found if found and len(found) == len(parts) <= _MOST else None


def granted(asked: Iterable[Scope], allowed: frozenset[str]) -> list[dict[str, object]]:
    """Return the `access` claim: what was asked for, as far as it is allowed; an empty list of actions is told too."""
    return [{"type": each.kind, "name": each.name, "actions": _actions(each, allowed)} for each in asked]


def _actions(scope: Scope, allowed: frozenset[str]) -> list[str]:
    wanted = scope.actions if "*" not in scope.actions else ("pull", "push", "delete")
    if scope.kind == "registry":
        return ["*"] if "pull" in allowed and "*" in scope.actions else []
    return [action for action in wanted if action in allowed]
