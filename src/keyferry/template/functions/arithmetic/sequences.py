"""Runs of whole numbers, as lists and as text."""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import INT, Slice, Value

_LONGEST_NUMBER: Final = 20


@named("until", INT, knows_world=True)
def _until(world: Surroundings, count: int) -> Value:
    return Slice(_listed(world, 0, count, -1 if count < 0 else 1), INT)


@named("untilStep", INT, INT, INT, knows_world=True)
def _until_step(world: Surroundings, start: int, stop: int, step: int) -> Value:
    return Slice(_listed(world, start, stop, step), INT)


@named("seq", variadic=INT, knows_world=True)
def _seq(world: Surroundings, *bounds: int) -> bytes:
    """Write the numbers from 1 or a first one to a last one, which belongs to them; a step stands in the middle."""
    match bounds:
        case (last,):
            return _written(world, 1, last, 1 if last >= 1 else -1)
        case (first, last):
            return _written(world, first, last, 1 if last >= first else -1)
        case (first, step, last) if last >= first or step <= 0:
            return _written(world, first, last, step)
        case _:
            return b""


def _written(world: Surroundings, first: int, last: int, step: int) -> bytes:
    numbers = _listed(world, first, last + (1 if last >= first else -1), step)
    costs.text(world, len(numbers) * _LONGEST_NUMBER)
    return b" ".join(b"%d" % number for number in numbers)


def _listed(world: Surroundings, start: int, stop: int, step: int) -> range:
    """Return the numbers before `stop`, none where the step leads away from it or is 0."""
    leads_there = step < 0 if stop < start else step > 0
    numbers = range(start, stop, step) if leads_there else range(0)
    count = -((start - stop) // step) if leads_there else 0  # len() fails beyond 64 bits
    costs.items(world, count)
    return numbers


FUNCTIONS: Final[tuple[Function, ...]] = (_until, _until_step, _seq)
