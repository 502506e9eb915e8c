"""JSON as values, as Go's encoding/json reads it: numbers are floats, bytes that are no UTF-8 become U+FFFD.

Source: https://pkg.go.dev/encoding/json#Unmarshal. Brackets nested deeper than `costs.MAX_DEPTH` are refused, where Go
goes to 10,000.
"""

import json
import math
import re
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from keyferry.template.functions import costs, runes
from keyferry.template.functions.function import LimitReached, Surroundings
from keyferry.template.values import Map, Slice, Value

_STRING: Final = re.compile(rb'"(?:[^"\\]++|\\.)*+"', re.DOTALL)
_BRACKET: Final = re.compile(rb"[][{}]")
_VALUE_BYTES: Final = 48  # what one value takes, roughly, and its place in a list
_ENTRY_BYTES: Final = 64  # what its place in a map takes, and its key


@dataclass(frozen=True, slots=True)
class Read:
    """What a text holds, nil where it is no JSON; `whole` says that nothing was wrong with it."""

    value: Value
    whole: bool


def read(world: Surroundings, text: bytes) -> Read:
    """Return what a JSON text holds. A number too large for a float becomes nil, and the rest is read all the same."""
    values = sum(map(text.count, (b",", b"[", b"{")))
    costs.looks(world, values)
    costs.text(world, len(text) + values * _VALUE_BYTES + text.count(b":") * _ENTRY_BYTES)
    _check_depth(text)
    numbers = _Numbers()
    decoder = json.JSONDecoder(
        object_pairs_hook=_map, parse_int=numbers.read, parse_float=numbers.read, parse_constant=_refuse_constant
    )
    try:
        value = decoder.decode(text.decode("utf-8", "surrogateescape"))
    except ValueError:
        return Read(None, whole=False)
    return Read(_value(value), whole=not numbers.too_large)


class _Numbers:
    """Reads numbers, and remembers whether one was too large."""

    def __init__(self) -> None:
        self.too_large = False

    def read(self, digits: str) -> float | None:
        """Return a number as a float, nil where it is too large for one."""
        number = float(digits)
        if math.isinf(number):
            self.too_large = True
            return None
        return number


def _check_depth(text: bytes) -> None:
    """Refuse what would be nested too deep, whether it is JSON or not."""
    if text.count(b"[") + text.count(b"{") <= costs.MAX_DEPTH:
        return
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub(b"", text)):
        depth += 1 if bracket in b"[{" else -1
        if depth > costs.MAX_DEPTH:
            raise LimitReached("depth")


def _refuse_constant(_name: str) -> NoReturn:
    raise ValueError("neither NaN nor Infinity is JSON")


def _map(pairs: list[tuple[str, Any]]) -> Map:
    return Map({runes.encode(key): _value(value) for key, value in pairs})


def _value(value: Any) -> Value:
    if isinstance(value, str):
        return runes.encode(value)
    if isinstance(value, list):
        return Slice(map(_value, value))
    plain: Value = value
    return plain
