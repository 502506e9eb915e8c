"""Arithmetic of whole numbers: every argument is cast, and what passes 64 bits wraps around."""

from typing import Final

from keyferry.template.functions.arithmetic.casts import to_int64, wrapped
from keyferry.template.functions.function import Fault, Function, named
from keyferry.template.values import ANY, INT64, Sized, Value


@named("add", variadic=ANY)
def _add(*values: Value) -> Value:
    return _int64(sum(map(to_int64, values)))


@named("add1", ANY)
def _add1(value: Value) -> Value:
    return _int64(to_int64(value) + 1)


@named("sub", ANY, ANY)
def _sub(left: Value, right: Value) -> Value:
    return _int64(to_int64(left) - to_int64(right))


@named("mul", ANY, variadic=ANY)
def _mul(first: Value, *others: Value) -> Value:
    product = to_int64(first)
    for each in others:
        product = wrapped(product * to_int64(each))
    return _int64(product)


@named("div", ANY, ANY)
def _div(left: Value, right: Value) -> Value:
    """Divide, and cut towards zero."""
    return _int64(_divided(to_int64(left), to_int64(right)))


@named("mod", ANY, ANY)
def _mod(left: Value, right: Value) -> Value:
    """Return the remainder, which has the sign of the dividend."""
    dividend, divisor = to_int64(left), to_int64(right)
    return _int64(dividend - divisor * _divided(dividend, divisor))


def _divided(dividend: int, divisor: int) -> int:
    if divisor == 0:
        raise Fault("a division by zero")
    quotient = abs(dividend) // abs(divisor)
    return quotient if (dividend < 0) == (divisor < 0) else -quotient


def _max(first: Value, *others: Value) -> Value:
    return _int64(max(map(to_int64, (first, *others))))


@named("min", ANY, variadic=ANY)
def _min(first: Value, *others: Value) -> Value:
    return _int64(min(map(to_int64, (first, *others))))


def _int64(number: int) -> Sized:
    return Sized(wrapped(number), INT64)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _add,
    _add1,
    _sub,
    _mul,
    _div,
    _mod,
    named("max", ANY, variadic=ANY)(_max),
    named("biggest", ANY, variadic=ANY)(_max),
    _min,
)
