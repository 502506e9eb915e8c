"""Puts an applied configuration over an object, and takes fields out of one, part by part as the schema divides it."""

from typing import Any

from keyferry.lab.kubernetes.managed_fields import paths, structure
from keyferry.lab.kubernetes.managed_fields.paths import PathSet
from keyferry.lab.kubernetes.managed_fields.structure import Schema


def merge(live: Any, applied: Any, schema: Schema) -> Any:
    """Return `live` with what `applied` says. Undivided values are replaced; nothing is taken out."""
    if type(live) is not type(applied) or not structure.divided(applied, schema):
        return applied
    if isinstance(applied, dict):
        fresh = {
            element[2:]: merge(live[element[2:]], part, below) if element[2:] in live else part
            for element, part, below in structure.parts(applied, schema)
        }
        return {**live, **fresh}
    return _merge_lists(live, applied, schema)


def _merge_lists(live: list[Any], applied: list[Any], schema: Schema) -> list[Any]:
    """Return the applied elements in their order; each other element before the first one that it preceded."""
    before = {element: part for element, part, _ in structure.parts(live, schema)}
    wanted = {element: (part, below) for element, part, below in structure.parts(applied, schema)}
    waiting = list(before)
    merged: list[Any] = []
    for element, (part, below) in wanted.items():
        if element not in before:
            merged.append(part)
            continue
        while waiting and waiting[0] not in wanted:
            merged.append(before[waiting.pop(0)])
        waiting = waiting[1:]
        merged.append(merge(before[element], part, below))
    return merged + [before[element] for element in waiting if element not in wanted]


def remove(document: dict[str, Any], gone: PathSet, schema: Schema) -> dict[str, Any]:
    """Return the object without these fields and all that is below them."""
    left = _remove(document, paths.render(gone), schema)
    assert isinstance(left, dict)
    return left


def _remove(value: Any, gone: dict[str, Any], schema: Schema) -> Any:
    if not gone or not structure.divided(value, schema):
        return value
    left = [
        (element, _remove(part, gone.get(element, {}), below))
        for element, part, below in structure.parts(value, schema)
        if element not in gone or (gone[element] and "." not in gone[element])
    ]
    return {element[2:]: part for element, part in left} if isinstance(value, dict) else [part for _, part in left]


def without_nulls(value: Any) -> Any:
    """Return a configuration without the fields that are null: they say nothing, as `creationTimestamp: null`."""
    if isinstance(value, dict):
        return {name: without_nulls(part) for name, part in value.items() if part is not None}
    return [without_nulls(part) for part in value] if isinstance(value, list) else value
