"""Which manager owns which field, as server-side apply sees it: leaf by leaf, lists as wholes."""

import copy
from collections.abc import Iterator
from typing import Any

Json = dict[str, Any]
Path = tuple[str, ...]

_UNOWNED = {
    ("apiVersion",),
    ("kind",),
    ("metadata", "name"),
    ("metadata", "namespace"),
    ("metadata", "resourceVersion"),
}
_MISSING = object()


class FieldOwners:
    """The owners of one object's fields."""

    def __init__(self) -> None:
        self._owners: dict[Path, set[str]] = {}
        self._appliers: set[str] = set()

    def updated(self, old: Json, new: Json, manager: str) -> None:
        """Note an ordinary write: what it changed belongs to its manager alone."""
        before, after = dict(_leaves(old)), dict(_leaves(new))
        for path in before.keys() - after.keys():
            self._owners.pop(path, None)
        for path, value in after.items():
            if before.get(path, _MISSING) != value:
                self._owners[path] = {manager}

    def note_applier(self, manager: str) -> None:
        """Note that what `manager` owns came from an apply."""
        self._appliers.add(manager)

    def conflicts(self, old: Json, applied: Json, manager: str) -> list[str]:
        """Return the fields that `applied` would change and others own."""
        current = dict(_leaves(old))
        return [
            "." + ".".join(path)
            for path, value in _leaves(applied)
            if current.get(path, _MISSING) != value and self._owners.get(path, set()) - {manager}
        ]

    def applied(self, old: Json, applied: Json, manager: str) -> Json:
        """Return the object after an apply, and note who owns what now."""
        result = copy.deepcopy(old)
        wanted = dict(_leaves(applied))
        current = dict(_leaves(old))
        for path in [path for path, owners in self._owners.items() if manager in owners and path not in wanted]:
            if manager not in self._appliers:
                break  # what it owns by other writes, an apply leaves alone
            self._owners[path].discard(manager)
            if not self._owners[path]:
                del self._owners[path]
                _remove(result, path)
        for path, value in wanted.items():
            kept = self._owners.get(path, set()) if current.get(path, _MISSING) == value else set()
            self._owners[path] = kept | {manager}
            _put(result, path, value)
        self._appliers.add(manager)
        return result

    def entries(self) -> list[Json]:
        """Return something like managedFields: one entry for each manager, with the fields that it owns."""
        managers = sorted({manager for owners in self._owners.values() for manager in owners})
        return [
            {"manager": manager, "operation": "Update", "fieldsType": "FieldsV1", "fieldsV1": self._fields(manager)}
            for manager in managers
        ]

    def _fields(self, manager: str) -> Json:
        tree: Json = {}
        for path in (path for path, owners in self._owners.items() if manager in owners):
            node = tree
            for name in path:
                node = node.setdefault(f"f:{name}", {})
        return tree


def _leaves(content: Json, prefix: Path = ()) -> Iterator[tuple[Path, Any]]:
    for name, value in content.items():
        path = (*prefix, name)
        if path in _UNOWNED:
            continue
        if isinstance(value, dict) and value:
            yield from _leaves(value, path)
        else:
            yield path, value


def _put(content: Json, path: Path, value: Any) -> None:
    for name in path[:-1]:
        inner = content.get(name)
        content[name] = inner if isinstance(inner, dict) else {}
        content = content[name]
    content[path[-1]] = copy.deepcopy(value)


def _remove(content: Json, path: Path) -> None:
    for name in path[:-1]:
        content = content.get(name) or {}
    content.pop(path[-1], None)
