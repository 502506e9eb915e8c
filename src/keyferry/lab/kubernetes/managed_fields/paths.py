"""Sets of field paths, and their form in `fieldsV1`.

A path is a tuple of path elements, each as fieldsV1 writes it: `f:<field>`, `k:<keys of a list's element as JSON>`,
`v:<element of a set as JSON>`. A set of paths is a frozenset, so union, difference and intersection are Python's own.
"""

import json
from collections.abc import Iterable
from typing import Any

Path = tuple[str, ...]
PathSet = frozenset[Path]

_SELF = "."
_KINDS = ("f:", "k:", "v:", "i:")


class MalformedFields(ValueError):
    """What a client wrote into managedFields is not of that form."""


def parse(fields: dict[str, Any]) -> PathSet:
    """Return the set that fieldsV1 stands for. Raises MalformedFields where it does not have that form."""
    found: list[Path] = []
    _collect(fields, (), found)
    return frozenset(found)


def _collect(fields: dict[str, Any], path: Path, found: list[Path]) -> None:
    for element, below in fields.items():
        if not isinstance(below, dict) or (element != _SELF and element[:2] not in _KINDS):
            raise MalformedFields("fieldsV1 is made of objects named by path elements")
        if element == _SELF:
            found.append(path)
        elif below:
            _collect(below, (*path, element), found)
        else:
            found.append((*path, element))


def render(paths: PathSet) -> dict[str, Any]:
    """Return the set as fieldsV1, sorted; the inverse of `parse`."""
    root: dict[str, Any] = {_SELF: {}} if () in paths else {}
    for path in sorted(paths):
        node = root
        for depth, element in enumerate(path, start=1):
            below = node.get(element)
            if below is None:
                below = node[element] = {}
            elif not below and depth < len(path):
                below[_SELF] = {}  # a path of the set that has others below it; sorting put it first
            node = below
    return root


def printed(path: Path) -> str:
    """Return the path as Kubernetes shows it to people: `.spec.containers[name="web"].image`."""
    return "".join(map(_printed, path))


def _printed(element: str) -> str:
    kind, _, text = element.partition(":")
    match kind:
        case "f":
            return f".{text}"
        case "k":
            return f"[{_printed_keys(text)}]"
        case "v":
            return f"[={text}]"
        case _:
            return f"[{text}]"


def _printed_keys(text: str) -> str:
    try:
        keys = json.loads(text)
    except ValueError:
        return text  # a client wrote it so
    return ",".join(f"{name}={_json(value)}" for name, value in keys.items()) if isinstance(keys, dict) else text


def with_parents(paths: Iterable[Path]) -> PathSet:
    """Return the set with every field that has one of the paths below it. Elements of lists are not added."""
    found = set(paths)
    for path in tuple(found):
        for depth in range(len(path) - 1, 0, -1):
            if path[depth - 1].startswith("f:"):
                found.add(path[:depth])
    return frozenset(found)


def key_element(keys: dict[str, Any]) -> str:
    """Return the path element of a list's element with these keys."""
    return "k:" + _json(dict(sorted(keys.items())))


def value_element(value: Any) -> str:
    """Return the path element of a value in a set."""
    return "v:" + _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, separators=(",", ":"), ensure_ascii=False)
