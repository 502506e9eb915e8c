"""Paths of templateFrom's `target` into an object: `spec.rules[0].from`. Missing mappings and lists are made.

https://external-secrets.io/latest/guides/targeting-custom-resources/
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import foreign
from keyferry.template.scope_errors import ScopeError
from keyferry.template.yaml.reading import Json

MOST_INDEX: Final = 10_000
_MOST_STEPS: Final = 100

Step = str | int


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The keys and indexes to go, the first a key. `text` is how it was written."""

    text: str
    steps: tuple[Step, ...]


def parse(text: str) -> Path:
    """Return the path; ScopeError `invalid-path` where it is none."""
    steps = tuple(step for segment in text.split(".") for step in _steps(text, segment))
    if isinstance(steps[0], int):
        raise _invalid(text, "it must start with a key")
    if len(steps) > _MOST_STEPS:
        raise _invalid(text, f"it has more than {_MOST_STEPS} steps")
    return Path(text=text, steps=steps)


def replaced(root: dict[str, Json], path: Path, value: Json) -> dict[str, Json]:
    """Set the value at the path, and return the root. ScopeError `set-path` where the path does not fit the object."""
    _set(root, path, 0, lambda _: value)
    return root


def merged(root: dict[str, Json], path: Path, value: Json) -> dict[str, Json]:
    """As `replaced`, but a mapping at the path keeps the keys that the new one does not have.

    Not at the top level: there the new value stands alone, as it always did upstream.
    """

    def leaf(existing: Json) -> Json:
        if isinstance(existing, dict) and isinstance(value, dict) and len(path.steps) > 1:
            return {**existing, **value}
        return value

    _set(root, path, 0, leaf)
    return root


def _steps(text: str, segment: str) -> list[Step]:
    name, bracket, rest = segment.partition("[")
    if not segment:
        raise _invalid(text, "a segment is empty")
    steps: list[Step] = [name] if name else []
    rest = bracket + rest
    while rest:
        if not rest.startswith("["):
            raise _invalid(text, "a [ is missing")
        digits, closed, rest = rest[1:].partition("]")
        if not closed:
            raise _invalid(text, "a ] is missing")
        steps.append(_index(text, digits))
    return steps


def _index(text: str, digits: str) -> int:
    try:
        index = int(digits) if digits.isascii() and "_" not in digits and digits == digits.strip() else None
    except ValueError:
        index = None
    if index is None or not 0 <= index <= MOST_INDEX:
        raise _invalid(text, f"an index must be a number from 0 to {MOST_INDEX}")
    return index


def _set(node: Json, path: Path, at: int, leaf: Callable[[Json], Json]) -> Json:
    """Return the node, or the container made in its place, with the leaf set below it."""
    step = path.steps[at]
    last = at + 1 == len(path.steps)
    if isinstance(step, str):
        mapping = _mapping(node, path, step)
        mapping[step] = leaf(mapping.get(step)) if last else _set(mapping.get(step), path, at + 1, leaf)
        return mapping
    items = _list(node, path, step)
    items[step] = leaf(items[step]) if last else _set(items[step], path, at + 1, leaf)
    return items


def _mapping(node: Json, path: Path, key: str) -> dict[str, Json]:
    if node is None:
        return {}
    if not isinstance(node, dict):
        raise _misfit(path, f"what should hold key {foreign(key)} is no mapping")
    return node


def _list(node: Json, path: Path, index: int) -> list[Json]:
    items = [] if node is None else node
    if not isinstance(items, list):
        raise _misfit(path, f"what should hold index {index} is no list")
    items.extend([None] * (index + 1 - len(items)))
    return items


def _invalid(text: str, why: str) -> ScopeError:
    remedy = "write keys and indexes, as in spec.rules[0].name"
    return ScopeError("invalid-path", f"target {foreign(text)} is no path: {why}", remedy=remedy)


def _misfit(path: Path, why: str) -> ScopeError:
    cause = f"target {foreign(path.text)} does not fit the object: {why}"
    return ScopeError("set-path", cause, remedy="correct the target")
