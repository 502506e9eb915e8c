"""Floats rounded and compared as Go's math package does. Source: https://pkg.go.dev/math."""

import math
from functools import reduce
from typing import Final

from keyferry.template.functions.arithmetic.casts import to_float64
from keyferry.template.functions.function import Function, named
from keyferry.template.values import ANY, FLOAT64, INT, Value

_HALF: Final = 0.5


@named("floor", ANY)
def _floor(value: Value) -> float:
    return _towards(to_float64(value), upwards=False)


@named("ceil", ANY)
def _ceil(value: Value) -> float:
    return _towards(to_float64(value), upwards=True)


@named("round", ANY, INT, variadic=FLOAT64)
def _round(value: Value, places: int, *round_on: float) -> float:
    """Round to decimal places: up where the fraction is at least one half, or the given number; -1.5 becomes -2."""
    power = _power_of_ten(places)
    digit = power * to_float64(value)
    fraction = math.nan if math.isinf(digit) else math.modf(digit)[0]
    rounded = _towards(digit, upwards=fraction >= (round_on[0] if round_on else _HALF))
    return _divided(rounded, power)


@named("maxf", ANY, variadic=ANY)
def _maxf(first: Value, *others: Value) -> float:
    return reduce(_greater, map(to_float64, others), to_float64(first))


@named("minf", ANY, variadic=ANY)
def _minf(first: Value, *others: Value) -> float:
    return -reduce(_greater, (-to_float64(each) for each in others), -to_float64(first))


def _towards(number: float, *, upwards: bool) -> float:
    """Return the next whole float up or down, with the sign of the number where that is zero."""
    if not math.isfinite(number):
        return number
    return math.copysign(float(math.ceil(number) if upwards else math.floor(number)), number)


def _greater(left: float, right: float) -> float:
    """Return the greater; infinity beats all, then what is no number, and 0 beats -0."""
    if math.inf in {left, right}:
        return math.inf
    if math.isnan(left) or math.isnan(right):
        return math.nan
    if left == right == 0:
        return math.copysign(0.0, max(math.copysign(1, left), math.copysign(1, right)))
    return max(left, right)


def _power_of_ten(places: int) -> float:
    try:
        return float(10 ** min(abs(places), 400)) if places >= 0 else 1 / 10 ** min(-places, 400)
    except OverflowError:
        return math.inf if places >= 0 else 0.0


def _divided(number: float, divisor: float) -> float:
    if divisor:
        return number / divisor
    return math.copysign(math.inf, number) if number and not math.isnan(number) else math.nan


FUNCTIONS: Final[tuple[Function, ...]] = (_floor, _ceil, _round, _maxf, _minf)
