"""Which fields a value has, and which ones differ between two values.

Unchanged parts cost one comparison, so comparing two versions of an object is linear in what changed.
"""

from dataclasses import dataclass, field
from typing import Any

from keyferry.lab.kubernetes.managed_fields import structure
from keyferry.lab.kubernetes.managed_fields.paths import Path, PathSet
from keyferry.lab.kubernetes.managed_fields.structure import Schema

_UNOWNED_METADATA = (
    "name",
    "generateName",
    "namespace",
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "managedFields",
    "selfLink",
    "deletionTimestamp",
    "deletionGracePeriodSeconds",
)
UNOWNED: PathSet = frozenset(
    [("f:apiVersion",), ("f:kind",), ("f:metadata",), *(("f:metadata", f"f:{name}") for name in _UNOWNED_METADATA)]
)
"""The fields that never have an owner."""


@dataclass(slots=True)
class Changes:
    """The fields that a new version has, has differently, and has no longer."""

    added: set[Path] = field(default_factory=set)
    modified: set[Path] = field(default_factory=set)
    removed: set[Path] = field(default_factory=set)

    @property
    def nothing(self) -> bool:
        """Whether both versions have the same fields with the same values."""
        return not (self.added or self.modified or self.removed)

    def drop_unowned(self) -> None:
        """Forget the fields that never have an owner."""
        self.added -= UNOWNED
        self.modified -= UNOWNED
        self.removed -= UNOWNED


def compare(old: dict[str, Any], new: dict[str, Any], schema: Schema) -> Changes:
    """Return what changed from `old` to `new`, without the fields that never have an owner."""
    changes = Changes()
    _compare_parts(old, new, schema, (), changes)
    changes.drop_unowned()
    return changes


def applied(value: dict[str, Any], schema: Schema) -> PathSet:
    """Return the fields that an applied configuration speaks of, those without an owner among them."""
    found: set[Path] = set()
    _collect_applied(value, schema, (), found)
    return frozenset(found)


def _compare_parts(old: Any, new: Any, schema: Schema, path: Path, changes: Changes) -> None:
    before = {element: (part, below) for element, part, below in structure.parts(old, schema)}
    for element, part, below in structure.parts(new, schema):
        former = before.pop(element, None)
        if former is None:
            _collect_present(part, below, (*path, element), changes.added)
        elif former[0] is not part and former[0] != part:
            _compare(former[0], part, below, (*path, element), changes)
    for element, (part, below) in before.items():
        _collect_present(part, below, (*path, element), changes.removed)


def _compare(old: Any, new: Any, schema: Schema, path: Path, changes: Changes) -> None:
    was_divided, is_divided = structure.divided(old, schema), structure.divided(new, schema)
    if was_divided and is_divided and type(old) is type(new):
        _compare_parts(old, new, schema, path, changes)
    elif was_divided or is_divided:  # another type: every part of the old one went, every part of the new one came
        _collect_present(old, schema, path, changes.removed)
        _collect_present(new, schema, path, changes.added)
        changes.removed -= changes.added
    else:
        changes.modified.add(path)


def _collect_present(value: Any, schema: Schema, path: Path, found: set[Path]) -> None:
    found.add(path)
    if structure.divided(value, schema):
        for element, part, below in structure.parts(value, schema):
            _collect_present(part, below, (*path, element), found)


def _collect_applied(value: Any, schema: Schema, path: Path, found: set[Path]) -> None:
    for element, part, below in structure.parts(value, schema):
        here = (*path, element)
        leaf = not structure.divided(part, below) or part == {}
        if leaf or not (element.startswith("f:") and structure.declared(schema, element)):
            found.add(here)
        if not leaf:
            _collect_applied(part, below, here, found)
