"""Tables: how a part of the state becomes rows, each with a name, and is put back from them."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

ONLY = ""  # the name of the row of a table that has but one


class RowKey(NamedTuple):
    """Which row: its table, the vault that it is of ("" for none), and its name in the table."""

    table: str
    scope: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One part of the state. `rows` gives what it holds now, `take` puts other rows in the place of all of that.

    `type` is the type of each row. A table of one row that was never written leaves what is there.
    """

    name: str
    type: Any
    rows: Callable[[], Mapping[str, Any]]
    take: Callable[[Mapping[str, Any]], None]


def single(name: str, wanted: Any, read: Callable[[], Any], write: Callable[[Any], None]) -> Table:
    """Return the table of one value that is read and written as a whole."""

    def take(rows: Mapping[str, Any]) -> None:
        if ONLY in rows:
            write(rows[ONLY])

    return Table(name=name, type=wanted, rows=lambda: {ONLY: read()}, take=take)


def mapped(name: str, wanted: Any, held: Callable[[], dict[str, Any]]) -> Table:
    """Return the table of a dictionary, with a row for each of its values."""

    def take(rows: Mapping[str, Any]) -> None:
        held().clear()
        held().update(rows)

    return Table(name=name, type=wanted, rows=held, take=take)


def listed(name: str, wanted: Any, held: Callable[[], list[Any]], key: Callable[[Any], str]) -> Table:
    """Return the table of a list, with a row for each of its values, called as `key` says."""

    def take(rows: Mapping[str, Any]) -> None:
        held()[:] = rows.values()

    return Table(name=name, type=wanted, rows=lambda: {key(each): each for each in held()}, take=take)


def of_fields(prefix: str, state: Any) -> Iterator[Table]:
    """Return a table for each field of the dataclass `state`: dictionaries by entry, everything else whole."""
    hints = get_type_hints(type(state))
    for field in fields(state):
        name, hint = f"{prefix}.{field.name}", hints[field.name]
        if get_origin(hint) is dict:
            yield _entries(name, get_args(hint)[1], state, field.name)
        else:
            yield _attribute(name, hint, state, field.name)


def _attribute(name: str, hint: Any, state: Any, attribute: str) -> Table:
    return single(name, hint, lambda: getattr(state, attribute), lambda value: setattr(state, attribute, value))


def _entries(name: str, wanted: Any, state: Any, attribute: str) -> Table:
    return mapped(name, wanted, lambda: getattr(state, attribute))
