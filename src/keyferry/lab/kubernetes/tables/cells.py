"""How the table of a built-in kind is written down: a title and a function for each column."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.resources import Column
from keyferry.lab.kubernetes.tables import durations

Cell = Callable[[Object, datetime], Any]
WIDE = 1  # the priority of columns that kubectl shows with -o wide alone


@dataclass(frozen=True, slots=True)
class Printer:
    """The columns of a kind after its name."""

    columns: tuple[Column, ...]
    cells: tuple[Cell, ...]


def printer(*described: tuple[str, Cell] | tuple[str, Cell, int]) -> Printer:
    """Return the printer of (title, cell) or (title, cell, priority), in order."""
    columns = tuple(Column(name=entry[0], priority=entry[2] if len(entry) == 3 else 0) for entry in described)
    return Printer(columns, tuple(entry[1] for entry in described))


def age(document: Object, now: datetime) -> str:
    """Return how old the object is."""
    return durations.age(document["metadata"].get("creationTimestamp"), now)


def text(*path: str, missing: str = "") -> Cell:
    """Return the cell that shows the value under `path`."""

    def cell(document: Object, _now: datetime) -> Any:
        value = objects.dig(document, *path)
        return missing if value is None else value

    return cell


def count(*paths: str) -> Cell:
    """Return the cell that shows how many entries the fields `paths` have together."""
    return lambda document, _now: sum(len(document.get(path) or ()) for path in paths)


def labels(value: Any) -> str:
    """Return a map as `key=value,key=value`, `<none>` for an empty one."""
    return ",".join(f"{key}={value[key]}" for key in sorted(value)) if isinstance(value, dict) and value else "<none>"
