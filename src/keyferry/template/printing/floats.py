"""Floats in digits as Go's `strconv.FormatFloat` writes them, with the fewest digits or with a precision.

Source: https://pkg.go.dev/strconv#FormatFloat.
"""

import math
from typing import Final

SHORTEST: Final = -1
_SHORTEST_THRESHOLD: Final = 6  # from this exponent on, `g` with the fewest digits writes an exponent
_MANTISSA_BITS: Final = 52


def format_float(value: float, verb: str, precision: int = SHORTEST) -> str:
    """Return the number by `b`, `e`, `E`, `f`, `g`, `G`, `x` or `X`; `SHORTEST` is as many digits as it takes."""
    if math.isinf(value) or math.isnan(value):
        return "NaN" if math.isnan(value) else "+Inf" if value > 0 else "-Inf"
    sign = "-" if math.copysign(1.0, value) < 0 else ""
    magnitude = abs(value)
    match verb:
        case "b":
            return sign + _binary(magnitude)
        case "x" | "X":
            text = _hexadecimal(magnitude, precision)
        case _ if precision == SHORTEST:
            text = _shortest(magnitude, verb.lower())
        case _:
            text = _rounded(magnitude, verb.lower(), precision)
    return sign + (text.upper() if verb.isupper() else text)


def _shortest(magnitude: float, verb: str) -> str:
    digits, point = _digits(magnitude)
    if verb == "e" or (verb == "g" and not -4 <= point - 1 < _SHORTEST_THRESHOLD):
        return _scientific(digits, point)
    if point <= 0:
        return f"0.{'0' * -point}{digits}"
    if point >= len(digits):
        return digits + "0" * (point - len(digits))
    return f"{digits[:point]}.{digits[point:]}"


def _digits(magnitude: float) -> tuple[str, int]:
    """Return the fewest digits that tell the number from all others, and where its decimal point stands in them."""
    if magnitude == 0:
        return "0", 1
    mantissa, _, exponent = repr(magnitude).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    return digits.rstrip("0"), point


def _scientific(digits: str, point: int) -> str:
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    exponent = point - 1
    return f"{digits[0]}{fraction}e{'-' if exponent < 0 else '+'}{abs(exponent):02d}"


def _rounded(magnitude: float, verb: str, precision: int) -> str:
    return f"{magnitude:.{precision}{verb}}"


def _binary(magnitude: float) -> str:
    """Return an integer mantissa and a power of two: `4503599627370496p-52`."""
    fraction, exponent = math.frexp(magnitude)
    bits = _MANTISSA_BITS + 1
    if exponent < -1021 or not magnitude:  # zero and subnormal: the smallest exponent there is, and fewer bits
        return f"{int(math.ldexp(magnitude, 1074))}p-1074"
    return f"{int(math.ldexp(fraction, bits))}p{exponent - bits:+d}"


def _hexadecimal(magnitude: float, precision: int) -> str:
    """Return a hexadecimal mantissa and a power of two of at least two digits: `0x1.8p+00`."""
    if magnitude == 0:
        fraction = "." + "0" * precision if precision > 0 else ""
        return f"0x0{fraction}p+00"
    mantissa, exponent = math.frexp(magnitude)
    whole, power = int(math.ldexp(mantissa, _MANTISSA_BITS + 1)), exponent - 1
    if 0 <= precision < _MANTISSA_BITS // 4:
        whole, power = _round_bits(whole, power, _MANTISSA_BITS - 4 * precision)
    digits = f"{whole & ((1 << _MANTISSA_BITS) - 1):013x}"
    digits = digits.rstrip("0") if precision == SHORTEST else digits[:precision].ljust(precision, "0")
    return f"0x1{'.' if digits else ''}{digits}p{'-' if power < 0 else '+'}{abs(power):02d}"


def _round_bits(mantissa: int, power: int, dropped: int) -> tuple[int, int]:
    """Round the lowest bits away, half to even; a carry into the next power of two moves the exponent."""
    kept, rest = mantissa >> dropped, mantissa & ((1 << dropped) - 1)
    half = 1 << (dropped - 1)
    if rest > half or (rest == half and kept & 1):
        kept += 1
    rounded = kept << dropped
    return (rounded >> 1, power + 1) if rounded >> (_MANTISSA_BITS + 1) else (rounded, power)
