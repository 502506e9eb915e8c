"""Any value as a string, and any list as strings, as sprig does before it joins, quotes or sorts."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.printing import plain
from keyferry.template.values import ANY, STRING, STRINGS, Slice, Value


def strval(world: Surroundings, value: Value) -> bytes:
    """Return a string as it is, and what `print` writes for any other value."""
    return value if isinstance(value, bytes) else plain.text_of(value, world.meter)


def strings(world: Surroundings, value: Value) -> list[bytes]:
    """Return the items of a list as strings, nil left out; one string for what is no list, none for nil."""
    if not isinstance(value, Slice):
        return [] if value is None else [strval(world, value)]
    costs.items(world, len(value.items))
    return [strval(world, each) for each in value.items if each is not None]


@named("toString", ANY, knows_world=True)
def _to_string(world: Surroundings, value: Value) -> bytes:
    return strval(world, value)


@named("toStrings", ANY, knows_world=True)
def _to_strings(world: Surroundings, value: Value) -> Value:
    if isinstance(value, Slice) and value.elem == STRING:
        return value
    return Slice(strings(world, value), STRING)


@named("join", STRING, ANY, knows_world=True)
def _join(world: Surroundings, separator: bytes, value: Value) -> bytes:
    parts = strings(world, value)
    costs.text(world, sum(map(len, parts)) + len(separator) * len(parts))
    return separator.join(parts)


@named("cat", variadic=ANY, knows_world=True)
def _cat(world: Surroundings, *values: Value) -> bytes:
    parts = [plain.text_of(each, world.meter) for each in values if each is not None]
    costs.text(world, sum(map(len, parts)) + len(parts))
    return b" ".join(parts)


@named("sortAlpha", ANY, knows_world=True)
def _sort_alpha(world: Surroundings, value: Value) -> Value:
    """Sort as bytes. A list of strings is sorted in place, as its other holders see; any other is not touched."""
    if isinstance(value, Slice) and f"[]{value.elem}" == STRINGS:
        costs.items(world, len(value.items))
        value.items.sort()
        return value
    found = strings(world, value) if isinstance(value, Slice) else [strval(world, value)]
    return Slice(sorted(found), STRING)


FUNCTIONS: Final[tuple[Function, ...]] = (_to_string, _to_strings, _join, _cat, _sort_alpha)
