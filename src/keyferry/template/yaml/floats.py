"""Floats on their way through JSON and through 32 bits, which Go's YAML libraries send them."""

import math
import struct
from decimal import Decimal
from typing import Final

from keyferry.template.printing.floats import format_float

_SINGLE_DIGITS: Final = 9  # are enough for every float of 32 bits
_LEAST_WITH_EXPONENT: Final = 1e21


def single(value: float) -> str:
    """Return the number in the fewest digits that tell it from all others of 32 bits."""
    packed = _packed(value)
    (rounded,) = struct.unpack("<f", packed)
    candidates = (float(f"{rounded:.{digits}e}") for digits in range(_SINGLE_DIGITS))
    return format_float(next(found for found in candidates if _packed(found) == packed), "g")


def whole(value: float) -> int | None:
    """Return the integer that JSON's text of a finite float reads as, None where that has a point or an exponent."""
    digits = Decimal(repr(value))
    return int(digits) if abs(value) < _LEAST_WITH_EXPONENT and digits == digits.to_integral_value() else None


def _packed(value: float) -> bytes:
    try:
        return struct.pack("<f", value)
    except OverflowError:
        return struct.pack("<f", math.copysign(math.inf, value))
