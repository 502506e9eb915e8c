"""Numbers out of text as Go's strconv reads them. Source: https://pkg.go.dev/strconv#ParseInt and #ParseFloat."""

import re
from typing import Final

MIN_INT64: Final = -(1 << 63)
MAX_INT64: Final = (1 << 63) - 1
_DIGITS: Final = {
    2: re.compile(rb"[01]+(?:_[01]+)*"),
    8: re.compile(rb"[0-7]+(?:_[0-7]+)*"),
    10: re.compile(rb"[0-9]+(?:_[0-9]+)*"),
    16: re.compile(rb"[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*"),
}
_PREFIXES: Final = {b"0b": 2, b"0o": 8, b"0x": 16}
_SIGNED: Final = re.compile(rb"([+-]?)(.*)", re.DOTALL)
_DECIMAL: Final = re.compile(
    rb"[+-]?(?:[0-9]+(?:_[0-9]+)*(?:\.(?:[0-9]+(?:_[0-9]+)*)?)?|\.[0-9]+(?:_[0-9]+)*)(?:[eE][+-]?[0-9]+(?:_[0-9]+)*)?"
)
_HEXADECIMAL: Final = re.compile(
    rb"[+-]?0[xX]_?(?:[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*(?:\.[0-9a-fA-F]*)?|\.[0-9a-fA-F]+)[pP][+-]?[0-9]+"
)
_INFINITE: Final = re.compile(rb"[+-]?inf(?:inity)?", re.IGNORECASE)
_MAX_DIGITS: Final = 4000  # Python refuses longer ones; none that long fits in 64 bits, unless it begins with zeros


def parse_int(text: bytes, base: int) -> tuple[int, bool]:
    """Return the number and whether it was one; what does not fit in 64 bits gives the nearest that does, and False.

    Base 0 reads the prefixes `0b`, `0o`, `0` and `0x`, and underscores between digits.
    """
    sign, digits = _SIGNED.fullmatch(text).groups()  # type: ignore[union-attr]  # it matches every text
    if base == 0:
        base, digits = _base(digits)
    elif b"_" in digits:
        return 0, False
    if not _DIGITS[base].fullmatch(digits):
        return 0, digits == b"" and base == 8 and text[-1:] == b"0"
    digits = digits.replace(b"_", b"").lstrip(b"0") or b"0"
    magnitude = int(digits, base) if len(digits) < _MAX_DIGITS else MAX_INT64 + 2
    number = -magnitude if sign == b"-" else magnitude
    return max(MIN_INT64, min(MAX_INT64, number)), MIN_INT64 <= number <= MAX_INT64


def _base(digits: bytes) -> tuple[int, bytes]:
    """Return the base that a prefix says, and the digits after it. One underscore may follow the prefix."""
    prefixed = _PREFIXES.get(digits[:2].lower())
    if prefixed is not None and len(digits) > 2:
        rest = digits[2:]
        return prefixed, rest[1:] if rest[:1] == b"_" else rest
    if digits[:1] == b"0":
        rest = digits[1:]
        return 8, rest[1:] if rest[:1] == b"_" and len(rest) > 1 else rest
    return 10, digits


def parse_float(text: bytes) -> float | None:
    """Return the number, None for what is none or too large."""
    if _INFINITE.fullmatch(text):
        return float(text)
    if text.lower() == b"nan":
        return float("nan")
    plain = text.replace(b"_", b"")
    if _DECIMAL.fullmatch(text):
        number = float(plain)
    elif _HEXADECIMAL.fullmatch(text):
        try:
            number = float.fromhex(plain.decode())
        except OverflowError:
            return None
    else:
        return None
    return None if number in {float("inf"), float("-inf")} else number
