"""Calls template functions as the language does, in a world of its own, and shows what they give as Python values."""

import itertools
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, tzinfo
from typing import Any

from keyferry.template.functions.function import Function, Meter, Surroundings
from keyferry.template.values import Map, Slice, Value

NOON: datetime = datetime(2024, 2, 29, 12, 0, 0, 500_000, tzinfo=UTC)


def counting() -> Callable[[int], bytes]:
    """Return a chance that draws the bytes 0, 1, 2 and so on, and begins again."""
    numbers = itertools.cycle(range(256))
    return lambda count: bytes(itertools.islice(numbers, count))


def world(*, steps: int = 200_000, bytes_left: int = 16 << 20, local: tzinfo = UTC) -> Surroundings:
    """Return the surroundings of one rendering, at noon of a leap day."""
    meter = Meter(steps=steps, bytes_left=bytes_left)
    return Surroundings(now=NOON, local=local, chance=counting(), meter=meter)


def call(functions: Iterable[Function], name: str, *arguments: Value, within: Surroundings | None = None) -> Any:
    """Return what the function of that name gives, lists and maps as Python's."""
    function = next(each for each in functions if each.name == name)
    surroundings = (within or world(),) if function.knows_world else ()
    return shown(function.call(*surroundings, *arguments))


def shown(value: Value) -> Any:
    """Return lists and maps as Python's, all else as it is."""
    if isinstance(value, Slice):
        return list(map(shown, value.items))
    if isinstance(value, Map):
        return {key: shown(each) for key, each in value.items.items()}
    return value
