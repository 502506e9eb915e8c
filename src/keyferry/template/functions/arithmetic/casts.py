"""Any value as a number, as spf13/cast 1.10 does: what is none is 0.

Source: https://pkg.go.dev/github.com/spf13/cast. Texts are read with their prefix (`010` is eight), and what follows a
decimal point is cut.
"""

import math
import re
from typing import Final

from keyferry.template.functions.arithmetic import strconv
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.printing import plain
from keyferry.template.values import ANY, INT64, STRING, Sized, Value

_WITH_POINT: Final = re.compile(rb"([-+]?[0-9]*)(?:\.[0-9]*)")


def to_int64(value: Value) -> int:
    """Return the value as a whole number of 64 bits."""
    match value:
        case bytes():
            return _whole(value)
        case float():
            return _truncated(value)
        case int():
            return wrapped(value)
        case _:
            return 0


def to_float64(value: Value) -> float:
    """Return the value as a floating-point number."""
    if isinstance(value, bytes):
        return strconv.parse_float(value) or 0.0
    return value if isinstance(value, float) else float(to_int64(value))


def wrapped(number: int) -> int:
    """Return what is left of a number in 64 bits, as Go's arithmetic overflows."""
    return (number - strconv.MIN_INT64) % (1 << 64) + strconv.MIN_INT64


def _whole(text: bytes) -> int:
    pointed = _WITH_POINT.fullmatch(text)
    if pointed:
        text = pointed[1] + b"0" if pointed[1] in {b"", b"-", b"+"} else pointed[1]
    number, is_one = strconv.parse_int(text, 0)
    return number if is_one else 0


def _truncated(number: float) -> int:
    """Return a float without its fraction; one that does not fit becomes the least number, as on amd64."""
    if not math.isfinite(number) or not strconv.MIN_INT64 <= int(number) <= strconv.MAX_INT64:
        return strconv.MIN_INT64
    return int(number)


@named("int", ANY)
def _int(value: Value) -> Value:
    return to_int64(value)


@named("int64", ANY)
def _int64(value: Value) -> Value:
    return Sized(to_int64(value), INT64)


@named("float64", ANY)
def _float64(value: Value) -> Value:
    return to_float64(value)


@named("atoi", STRING)
def _atoi(text: bytes) -> Value:
    """Read a decimal number; one too large is the largest, what is none is 0."""
    return strconv.parse_int(text, 10)[0]


@named("toDecimal", ANY, knows_world=True)
def _to_decimal(world: Surroundings, value: Value) -> Value:
    """Read an octal number."""
    number, is_one = strconv.parse_int(plain.text_of(value, world.meter), 8)
    return Sized(number if is_one else 0, INT64)


FUNCTIONS: Final[tuple[Function, ...]] = (_int, _int64, _float64, _atoi, _to_decimal)
