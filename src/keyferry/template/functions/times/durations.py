"""Durations in nanoseconds, as Go's time.Duration reads, writes and rounds them.

Source: https://pkg.go.dev/time#ParseDuration and #Duration.String.
"""

import re
from typing import Final

from keyferry.template.functions.arithmetic.strconv import MAX_INT64, MIN_INT64
from keyferry.template.functions.function import Fault

SECOND: Final = 1_000_000_000
MINUTE: Final = 60 * SECOND
HOUR: Final = 60 * MINUTE
_UNITS: Final = {
    b"ns": 1,
    b"us": 1000,
    "\u00b5s".encode(): 1000,
    "\u03bcs".encode(): 1000,
    b"ms": 1_000_000,
    b"s": SECOND,
    b"m": MINUTE,
    b"h": HOUR,
}
_TERM: Final = re.compile(rb"([0-9]*)(?:\.([0-9]*))?([^.0-9]+)")
_LONGEST: Final = 1024
_FRACTION_DIGITS: Final = 18
_LARGE: Final = ((HOUR * 24 * 365, b"y"), (HOUR * 24 * 30, b"mo"), (HOUR * 24, b"d"), (HOUR, b"h"), (MINUTE, b"m"))


def parse(text: bytes) -> int:
    """Return nanoseconds of a text such as `-1.5h` or `2h45m`; Fault where it is none, or too long for 64 bits."""
    digits = text[1:] if text[:1] in {b"-", b"+"} else text
    if digits == b"0":
        return 0
    total, at = 0, 0
    while at < len(digits) or not digits:
        term = _TERM.match(digits, at) if len(digits) <= _LONGEST else None
        if not term or not (term[1] or term[2]) or term[3] not in _UNITS:
            raise Fault("the duration is not valid")
        total += _term(term[1], term[2] or b"", _UNITS[term[3]])
        at = term.end()
    if total > (-MIN_INT64 if text[:1] == b"-" else MAX_INT64):
        raise Fault("the duration is too long")
    return -total if text[:1] == b"-" else total


def _term(whole: bytes, fraction: bytes, unit: int) -> int:
    fraction = fraction[:_FRACTION_DIGITS]
    part = int(float(int(fraction)) * (float(unit) / 10.0 ** len(fraction))) if fraction else 0
    return int(whole or b"0") * unit + part


def text_of(duration: int) -> bytes:
    """Return a duration as Go prints it: `1h1m1s`, `1.5s`, `20ms`, `0s`."""
    sign, rest = (b"-" if duration < 0 else b""), abs(duration)
    if rest == 0:
        return b"0s"
    if rest < SECOND:
        size, unit = next(each for each in ((1_000_000, "ms"), (1000, "\u00b5s"), (1, "ns")) if rest >= each[0])
        return sign + _decimal(rest, size) + unit.encode()
    hours, rest = divmod(rest, HOUR)
    minutes, rest = divmod(rest, MINUTE)
    made = b"%dh" % hours if hours else b""
    made += b"%dm" % minutes if hours or minutes else b""
    return sign + made + _decimal(rest, SECOND) + b"s"


def _decimal(number: int, unit: int) -> bytes:
    whole, fraction = divmod(number, unit)
    digits = str(unit + fraction)[1:].rstrip("0")
    return b"%d" % whole + (f".{digits}".encode() if digits else b"")


def rounded(duration: int, unit: int) -> int:
    """Return the nearest multiple of a unit, halves away from zero."""
    magnitude = (2 * abs(duration) + unit) // (2 * unit) * unit
    return clamped(-magnitude if duration < 0 else magnitude)


def clamped(duration: int) -> int:
    """Return a duration, cut to 64 bits."""
    return max(MIN_INT64, min(MAX_INT64, duration))


def largest_unit(duration: int) -> bytes:
    """Return a duration in the largest unit of which it has more than one, whole, without its sign: `2h`, `3mo`."""
    magnitude = abs(duration)
    for unit, sign in _LARGE:
        if magnitude > unit:
            return b"%d%b" % (magnitude // unit, sign)
    return b"%ds" % (magnitude // SECOND) if magnitude > SECOND else b"0s"
