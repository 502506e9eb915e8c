"""What growth costs: every function that makes more than it was given says so here, before it makes it."""

from typing import Final

from keyferry.template.functions.function import LimitReached, Surroundings

MAX_DEPTH: Final = 150  # of lists in lists, maps in maps, JSON in JSON
_ITEMS_A_STEP: Final = 8  # looking at an item is less work than evaluating a node
_ITEM_BYTES: Final = 16  # what one more reference takes in a list, and some for what it refers to
_ENTRY_BYTES: Final = 64  # the same in a map
_CONTAINER_BYTES: Final = 128  # an empty list or map


def looks(world: Surroundings, count: int) -> None:
    """Pay for looking at `count` items."""
    world.meter.step(count // _ITEMS_A_STEP)


def characters(world: Surroundings, text: bytes) -> None:
    """Pay for looking at each character of a text in turn."""
    looks(world, len(text))


def items(world: Surroundings, count: int) -> None:
    """Pay for a list of `count` items."""
    world.meter.step()
    looks(world, count)
    world.meter.charge(_CONTAINER_BYTES + count * _ITEM_BYTES)


def entries(world: Surroundings, count: int) -> None:
    """Pay for a map of `count` entries."""
    world.meter.step()
    looks(world, count)
    world.meter.charge(_CONTAINER_BYTES + count * _ENTRY_BYTES)


def text(world: Surroundings, size: int) -> None:
    """Pay for a text of `size` bytes."""
    world.meter.charge(size)


def deeper(depth: int) -> int:
    """Return the depth of what is inside; LimitReached where values are nested deeper than any real one."""
    if depth >= MAX_DEPTH:
        raise LimitReached("depth")
    return depth + 1
