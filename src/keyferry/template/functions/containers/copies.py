"""Values copied in depth: lists and maps anew, all else shared, since nothing else changes."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import ANY, Map, Slice, Value


def _deep_copy(world: Surroundings, value: Value) -> Value:
    if value is None:
        raise Fault("nil cannot be copied")
    return _copied(world, value, 0)


def _copied(world: Surroundings, value: Value, depth: int) -> Value:
    if isinstance(value, Slice):
        costs.items(world, len(value.items))
        inside = costs.deeper(depth)
        return Slice([_copied(world, each, inside) for each in value.items], value.elem, is_nil=value.is_nil)
    if isinstance(value, Map):
        costs.entries(world, len(value.items))
        inside = costs.deeper(depth)
        copied = {key: _copied(world, each, inside) for key, each in value.items.items()}
        return Map(copied, value.elem, is_nil=value.is_nil)
    return value


FUNCTIONS: Final[tuple[Function, ...]] = (
    named("deepCopy", ANY, knows_world=True)(_deep_copy),
    named("mustDeepCopy", ANY, knows_world=True)(_deep_copy),
)
