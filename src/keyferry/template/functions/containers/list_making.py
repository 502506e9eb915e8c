"""Lists made of values and of other lists. No list that was given is changed."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.containers.lists import items_of
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import ANY, Slice, Value


def _list(world: Surroundings, *values: Value) -> Value:
    costs.items(world, len(values))
    return Slice(values)


def _append(world: Surroundings, value: Value, item: Value) -> Value:
    items = items_of(value, "append to")
    costs.items(world, len(items) + 1)
    return Slice([*items, item])


def _prepend(world: Surroundings, value: Value, item: Value) -> Value:
    items = items_of(value, "prepend to")
    costs.items(world, len(items) + 1)
    return Slice([item, *items])


def _reverse(world: Surroundings, value: Value) -> Value:
    items = items_of(value, "reverse")
    costs.items(world, len(items))
    return Slice(items[::-1])


@named("concat", variadic=ANY, knows_world=True)
def _concat(world: Surroundings, *values: Value) -> Value:
    joined: list[Value] = []
    for each in values:
        items = items_of(each, "concatenate")
        costs.items(world, len(items))
        joined += items
    return Slice(joined, is_nil=not joined)


FUNCTIONS: Final[tuple[Function, ...]] = (
    named("list", variadic=ANY, knows_world=True)(_list),
    named("tuple", variadic=ANY, knows_world=True)(_list),
    named("append", ANY, ANY, knows_world=True)(_append),
    named("push", ANY, ANY, knows_world=True)(_append),
    named("mustAppend", ANY, ANY, knows_world=True)(_append),
    named("mustPush", ANY, ANY, knows_world=True)(_append),
    named("prepend", ANY, ANY, knows_world=True)(_prepend),
    named("mustPrepend", ANY, ANY, knows_world=True)(_prepend),
    named("reverse", ANY, knows_world=True)(_reverse),
    named("mustReverse", ANY, knows_world=True)(_reverse),
    _concat,
)
