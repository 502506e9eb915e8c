"""What YAML can say and JSON cannot: mappings whose keys are no strings. And how Go's errors write such values."""

import json
from collections.abc import Iterator
from typing import Final

from keyferry.template.printing.floats import format_float
from keyferry.template.yaml.resolving import Resolved

_MOST_QUOTED: Final = 400  # characters: an error is no place for a document


class Pairs:
    """A mapping whose keys keep their types: 1, true and "1" are three. A key that comes again replaces the value."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[tuple[type, Resolved], Raw] = {}

    def __setitem__(self, key: Resolved, value: "Raw") -> None:
        self._values[type(key), key] = value

    def __iter__(self) -> "Iterator[tuple[Resolved, Raw]]":
        return ((key, value) for (_, key), value in self._values.items())


Raw = Resolved | list["Raw"] | Pairs


def go_syntax(value: Raw) -> str:
    """Return the value as Go's `%#v` writes it, cut where it is long."""
    text = _syntax(value)
    return text if len(text) <= _MOST_QUOTED else text[: _MOST_QUOTED - 1] + "…"


def _syntax(value: Raw) -> str:
    match value:
        case None:
            return "interface {}(nil)"
        case bool():
            return str(value).lower()
        case str():
            return json.dumps(value[:_MOST_QUOTED], ensure_ascii=False)
        case int():
            return str(value) if value < 1 << 63 else hex(value)
        case float():
            return format_float(value, "g")
        case list():
            return f"[]interface {{}}{{{', '.join(_syntax(item) for item in value[:_MOST_QUOTED])}}}"
        case _:
            members = (f"{_syntax(key)}:{_syntax(member)}" for key, member in value)
            return f"map[interface {{}}]interface {{}}{{{', '.join(members)}}}"
