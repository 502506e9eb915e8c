"""Arithmetic of decimal fractions, exact until the result becomes a float again: `addf 0.1 0.2` is 0.3.

Every argument is cast to a float and taken for the shortest decimal that gives it; a quotient has 16 digits after the
point, as in https://pkg.go.dev/github.com/shopspring/decimal.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import reduce
from typing import Final, Self

from keyferry.template.functions.arithmetic.casts import to_float64
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.values import ANY, Value

_QUOTIENT_DIGITS: Final = 16


@dataclass(frozen=True, slots=True)
class _Decimal:
    """`coefficient` times ten to the `exponent`."""

    coefficient: int
    exponent: int

    @classmethod
    def of(cls, value: Value) -> Self:
        """Return the shortest decimal of a value, cast to a float."""
        number = to_float64(value)
        if not math.isfinite(number):
            raise Fault("no decimal stands for what is infinite or no number")
        digits, _, exponent = f"{number!r}".partition("e")
        whole, _, fraction = digits.partition(".")
        fraction = fraction.rstrip("0")
        return cls(int(whole + fraction), int(exponent or 0) - len(fraction))

    def at(self, exponent: int) -> int:
        """Return the coefficient for a lower exponent."""
        return int(self.coefficient * 10 ** (self.exponent - exponent))

    def number(self) -> float:
        """Return the nearest float, infinite where none is near."""
        try:
            if self.exponent >= 0:
                return float(self.coefficient * 10**self.exponent)
            return self.coefficient / int(10**-self.exponent)
        except OverflowError:
            return -math.inf if self.coefficient < 0 else math.inf


def _sum(left: _Decimal, right: _Decimal) -> _Decimal:
    exponent = min(left.exponent, right.exponent)
    return _Decimal(left.at(exponent) + right.at(exponent), exponent)


def _difference(left: _Decimal, right: _Decimal) -> _Decimal:
    return _sum(left, _Decimal(-right.coefficient, right.exponent))


def _product(left: _Decimal, right: _Decimal) -> _Decimal:
    return _Decimal(left.coefficient * right.coefficient, left.exponent + right.exponent)


def _quotient(left: _Decimal, right: _Decimal) -> _Decimal:
    """Divide, and round half away from zero."""
    if right.coefficient == 0:
        raise Fault("a division by zero")
    shift = left.exponent - right.exponent + _QUOTIENT_DIGITS
    dividend, divisor = abs(left.coefficient), abs(right.coefficient)
    if shift >= 0:
        dividend *= 10**shift
    else:
        divisor *= 10**-shift
    rounded = (2 * dividend + divisor) // (2 * divisor)
    negative = (left.coefficient < 0) != (right.coefficient < 0)
    return _Decimal(-rounded if negative else rounded, -_QUOTIENT_DIGITS)


def _folding(operation: Callable[[_Decimal, _Decimal], _Decimal]) -> Callable[..., float]:
    """Return a function that applies an operation to its arguments from the left."""

    def fold(world: Surroundings, first: Value, *others: Value) -> float:
        world.meter.step(len(others))
        return reduce(operation, map(_Decimal.of, others), _Decimal.of(first)).number()

    return fold


_add: Final = _folding(_sum)


@named("addf", variadic=ANY, knows_world=True)
def _addf(world: Surroundings, *values: Value) -> float:
    return _add(world, 0.0, *values)


@named("add1f", ANY, knows_world=True)
def _add1f(world: Surroundings, value: Value) -> float:
    return _add(world, value, 1)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _addf,
    _add1f,
    named("subf", ANY, variadic=ANY, knows_world=True)(_folding(_difference)),
    named("mulf", ANY, variadic=ANY, knows_world=True)(_folding(_product)),
    named("divf", ANY, variadic=ANY, knows_world=True)(_folding(_quotient)),
)
