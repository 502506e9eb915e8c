"""Lists without some of their items, and whether an item is among them."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.containers.emptiness import is_empty
from keyferry.template.functions.containers.equality import Seen, same
from keyferry.template.functions.containers.lists import items_of
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import ANY, Slice, Value


def _compact(world: Surroundings, value: Value) -> Value:
    items = items_of(value, "compact")
    costs.items(world, len(items))
    return Slice([each for each in items if not is_empty(each)])


def _uniq(world: Surroundings, value: Value) -> Value:
    items = items_of(value, "find what is unique in")
    costs.items(world, len(items))
    seen, kept = Seen(world), []
    for each in items:
        if each not in seen:
            seen.add(each)
            kept.append(each)
    return Slice(kept)


def _without(world: Surroundings, value: Value, *left_out: Value) -> Value:
    items = items_of(value, "leave items out of")
    costs.items(world, len(items))
    seen = Seen(world)
    for each in left_out:
        seen.add(each)
    return Slice([each for each in items if each not in seen])


def _has(world: Surroundings, item: Value, value: Value) -> bool:
    if value is None:
        return False
    return any(same(world, item, each) for each in items_of(value, "look into"))


FUNCTIONS: Final[tuple[Function, ...]] = (
    named("compact", ANY, knows_world=True)(_compact),
    named("mustCompact", ANY, knows_world=True)(_compact),
    named("uniq", ANY, knows_world=True)(_uniq),
    named("mustUniq", ANY, knows_world=True)(_uniq),
    named("without", ANY, variadic=ANY, knows_world=True)(_without),
    named("mustWithout", ANY, variadic=ANY, knows_world=True)(_without),
    named("has", ANY, ANY, knows_world=True)(_has),
    named("mustHas", ANY, ANY, knows_world=True)(_has),
)
