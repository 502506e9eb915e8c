"""Parts of lists: first, last, rest, initial, slices and chunks."""

import math
from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.arithmetic.casts import to_int64
from keyferry.template.functions.containers.lists import items_of, listed
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import ANY, INT, LIST, Slice, Value


def _first(value: Value) -> Value:
    items = items_of(value, "find the first of")
    return items[0] if items else None


def _last(value: Value) -> Value:
    items = items_of(value, "find the last of")
    return items[-1] if items else None


def _rest(world: Surroundings, value: Value) -> Value:
    items = items_of(value, "find the rest of")
    costs.items(world, len(items))
    return Slice(items[1:], is_nil=not items)


def _initial(world: Surroundings, value: Value) -> Value:
    items = items_of(value, "find the beginning of")
    costs.items(world, len(items))
    return Slice(items[:-1], is_nil=not items)


def _slice(world: Surroundings, value: Value, *bounds: Value) -> Value:
    """Return the items from one bound to before another, nil of an empty list."""
    whole = listed(value, "slice")
    if not whole.items:
        return None
    start = to_int64(bounds[0]) if bounds else 0
    end = to_int64(bounds[1]) if len(bounds) > 1 else len(whole.items)
    if not 0 <= start <= end <= len(whole.items):
        raise Fault("the bounds lie outside of the list")
    costs.items(world, end - start)
    return Slice(whole.items[start:end], whole.elem)


def _chunk(world: Surroundings, size: int, value: Value) -> Value:
    """Return lists of `size` items each; the last may be shorter. A negative size makes sense for one item at most."""
    items = items_of(value, "chunk")
    if size == 0:
        raise Fault("the size of chunks cannot be 0")
    count = (len(items) - 1) // size + 1
    last = int(math.fmod(len(items), size)) or size
    if count < 0 or (count > 0 and last < 0):
        raise Fault("the size of chunks cannot be negative")
    costs.items(world, len(items) + 4 * count)
    return Slice(
        [Slice(items[at * size : at * size + (last if at == count - 1 else size)]) for at in range(count)], LIST
    )


FUNCTIONS: Final[tuple[Function, ...]] = (
    named("first", ANY)(_first),
    named("mustFirst", ANY)(_first),
    named("last", ANY)(_last),
    named("mustLast", ANY)(_last),
    named("rest", ANY, knows_world=True)(_rest),
    named("mustRest", ANY, knows_world=True)(_rest),
    named("initial", ANY, knows_world=True)(_initial),
    named("mustInitial", ANY, knows_world=True)(_initial),
    named("slice", ANY, variadic=ANY, knows_world=True)(_slice),
    named("mustSlice", ANY, variadic=ANY, knows_world=True)(_slice),
    named("chunk", INT, ANY, knows_world=True)(_chunk),
    named("mustChunk", INT, ANY, knows_world=True)(_chunk),
)
