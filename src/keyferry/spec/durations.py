"""Durations as Go writes them: `1h0m0s`, `1.5h`, `300ms`, `0`.

Kubernetes APIs carry them as text (https://pkg.go.dev/time#ParseDuration), and so do users' manifests.
"""

import re
from datetime import timedelta
from typing import Final

from keyferry.model.errors import SpecError

_NANOSECONDS: Final = {
    "ns": 1,
    "us": 1_000,
    "µs": 1_000,  # U+00B5, the micro sign
    "μs": 1_000,  # U+03BC, the Greek letter
    "ms": 1_000_000,
    "s": 1_000_000_000,
    "m": 60_000_000_000,
    "h": 3_600_000_000_000,
}
_PART: Final = re.compile(r"([0-9]*)(?:\.([0-9]*))?(ns|us|µs|μs|ms|s|m|h)")
_LIMIT_NANOSECONDS: Final = 2**63 - 1  # Go counts in 64 bits: about 292 years
_MAX_TEXT: Final = 128
_EXAMPLES: Final = 'write a number with a unit of h, m, s or ms, such as "30s", "1h" or "1h30m"'


def parse(text: str) -> timedelta:
    """Return the duration that `text` says, cut to microseconds; raise `SpecError` where Go would refuse it."""
    digits = text[1:] if text[:1] in {"+", "-"} else text
    if digits == "0":
        return timedelta()
    total = _nanoseconds(text, digits)
    duration = timedelta(microseconds=total // 1000)
    return -duration if text.startswith("-") else duration


def render(duration: timedelta) -> str:
    """Return the text that Go prints for a duration: `1h0m0s`, `1.5s`, `20ms`, `0s`."""
    microseconds = duration // timedelta(microseconds=1)
    if microseconds == 0:
        return "0s"
    sign, microseconds = ("-", -microseconds) if microseconds < 0 else ("", microseconds)
    if microseconds < 1_000:
        return f"{sign}{microseconds}µs"
    if microseconds < 1_000_000:
        return f"{sign}{_decimal(microseconds, 1_000)}ms"
    return sign + _clock(microseconds)


def _nanoseconds(text: str, digits: str) -> int:
    if len(text) > _MAX_TEXT:
        raise SpecError(what="a duration is too long to be one", cause=f"{len(text)} characters", remedy=_EXAMPLES)
    total, position = 0, 0
    while position < len(digits):
        part = _PART.match(digits, position)
        if part is None or not (part[1] or part[2]):
            raise SpecError(what=f'"{text}" is not a duration', remedy=_EXAMPLES)
        unit, fraction = _NANOSECONDS[part[3]], part[2] or ""
        total += int(part[1] or "0") * unit + int(fraction or "0") * unit // 10 ** len(fraction)
        position = part.end()
    if not digits:
        raise SpecError(what=f'"{text}" is not a duration', remedy=_EXAMPLES)
    if total > _LIMIT_NANOSECONDS:
        raise SpecError(what=f'"{text}" is longer than a duration can be', cause="the limit is 292 years")
    return total


def _clock(microseconds: int) -> str:
    minutes, rest = divmod(microseconds, 60_000_000)
    hours, minutes = divmod(minutes, 60)
    text = f"{_decimal(rest, 1_000_000)}s"
    if hours or minutes:
        text = f"{minutes}m{text}"
    return f"{hours}h{text}" if hours else text


def _decimal(number: int, unit: int) -> str:
    whole, rest = divmod(number, unit)
    width = len(str(unit)) - 1
    return f"{whole}.{rest:0{width}d}".rstrip("0") if rest else str(whole)
