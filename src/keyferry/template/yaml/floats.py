"""Floats as Go's strconv writes them with format 'g', in the fewest digits that tell them apart."""

import math
import struct
from decimal import Decimal
from typing import Final

_LEAST_EXPONENT: Final = -4
_EXPONENT_LIMIT: Final = 6  # where the fewest digits are asked for
_SINGLE_DIGITS: Final = 9  # are enough for every float of 32 bits


def shortest(value: float, *, bits: int = 64) -> str:
    """Return `1.5`, `1e+06`, `+Inf`. With 32 bits the value is first rounded to a float of that size."""
    if not math.isfinite(value):
        return _unbounded(value)
    text = repr(value) if bits == 64 else _single(value)
    if not text[-1].isdigit():
        return text
    sign, digits, point = _parts(text)
    exponent = point - 1
    if digits != "0" and not _LEAST_EXPONENT <= exponent < _EXPONENT_LIMIT:
        mantissa = digits[0] + (f".{digits[1:]}" if len(digits) > 1 else "")
        return f"{sign}{mantissa}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"
    if point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    whole = digits[:point].ljust(point, "0")
    return sign + whole + (f".{digits[point:]}" if len(digits) > point else "")


def whole(value: float) -> int | None:
    """Return the integer that JSON's text of a finite float reads as, None where that has a point or an exponent."""
    digits = Decimal(repr(value))
    return int(digits) if abs(value) < 1e21 and digits == digits.to_integral_value() else None


def _unbounded(value: float) -> str:
    return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"


def _single(value: float) -> str:
    try:
        (single,) = struct.unpack("<f", struct.pack("<f", value))
    except OverflowError:
        return "-Inf" if value < 0 else "+Inf"
    texts = (f"{single:.{digits}e}" for digits in range(_SINGLE_DIGITS))
    return next(text for text in texts if struct.pack("<f", float(text)) == struct.pack("<f", single))


def _parts(text: str) -> tuple[str, str, int]:
    """Return sign, digits without zeros around them, and where the point stands in them."""
    sign = "-" if text.startswith("-") else ""
    mantissa, _, exponent = text.removeprefix("-").partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return (sign, digits, point) if digits else (sign, "0", 1)
