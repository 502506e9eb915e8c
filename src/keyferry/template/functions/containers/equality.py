"""Values compared in depth, as Go's reflect.DeepEqual does. Source: https://pkg.go.dev/reflect#DeepEqual."""

from collections.abc import Hashable
from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import ANY, Map, Opaque, Slice, Value, type_of


def same(world: Surroundings, left: Value, right: Value, depth: int = 0) -> bool:
    """Say whether two values have one type and equal content. A nil list is no empty list; NaN is like nothing."""
    world.meter.step()
    if isinstance(left, Slice) and isinstance(right, Slice):
        return _same_kind(left, right) and (left is right or _same_items(world, left, right, costs.deeper(depth)))
    if isinstance(left, Map) and isinstance(right, Map):
        return _same_kind(left, right) and (left is right or _same_entries(world, left, right, costs.deeper(depth)))
    return type_of(left) == type_of(right) and left == right


class Seen:
    """The values of a list that were met, found again at once where they are no lists and maps."""

    def __init__(self, world: Surroundings) -> None:
        self._world = world
        self._scalars: set[Hashable] = set()
        self._others: list[Value] = []

    def add(self, value: Value) -> None:
        """Remember a value."""
        if isinstance(value, Slice | Map | Opaque):
            self._others.append(value)
        else:
            self._scalars.add((type_of(value), value))

    def __contains__(self, value: Value) -> bool:
        """Say whether an equal value is remembered."""
        self._world.meter.step()
        if isinstance(value, Slice | Map | Opaque):
            return any(same(self._world, value, each) for each in self._others)
        return value == value and (type_of(value), value) in self._scalars  # noqa: PLR0124  (NaN is not itself)


def _same_kind(left: Slice | Map, right: Slice | Map) -> bool:
    return left.elem == right.elem and left.is_nil == right.is_nil and len(left.items) == len(right.items)


def _same_items(world: Surroundings, left: Slice, right: Slice, depth: int) -> bool:
    return all(same(world, one, other, depth) for one, other in zip(left.items, right.items, strict=True))


def _same_entries(world: Surroundings, left: Map, right: Map, depth: int) -> bool:
    return all(key in right.items and same(world, left.items[key], right.items[key], depth) for key in left.items)


@named("deepEqual", ANY, ANY, knows_world=True)
def _deep_equal(world: Surroundings, left: Value, right: Value) -> bool:
    return same(world, left, right)


FUNCTIONS: Final[tuple[Function, ...]] = (_deep_equal,)
