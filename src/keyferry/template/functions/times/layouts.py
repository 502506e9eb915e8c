"""Layouts: a reference time written as other times shall be. Source: https://pkg.go.dev/time#Layout."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from keyferry.template.functions.times import civil

# Longer signs first where one begins another; `_2006` is a plain `_` before a year.
_SIGN: Final = re.compile(
    rb"January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|002|0[1-6]|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm"
    rb"|[-Z]07(?:0000|:00:00|00|:00|)|[.,](?:0+|9+)(?![0-9])"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What the clocks and the calendar of a place show."""

    day: int  # since 1970-01-01
    second: int  # of the day
    nanosecond: int
    zone: str
    offset: int

    @property
    def hour(self) -> int:
        """The hour, 0 to 23."""
        return self.second // 3600

    @property
    def date(self) -> tuple[int, int, int]:
        """Year, month and day of the month."""
        return civil.date_of(self.day)


@lru_cache(maxsize=256)
def parts(layout: bytes) -> tuple[tuple[bytes, bytes], ...]:
    """Return a layout in pairs of plain text and the sign after it, the last without a sign."""
    found, at = [], 0
    for sign in _SIGN.finditer(layout):
        found.append((layout[at : sign.start()], sign[0]))
        at = sign.end()
    return (*found, (layout[at:], b""))


def write(moment: Moment, layout: bytes) -> bytes:
    """Return a moment as a layout shows it."""
    return b"".join(plain + (_written(moment, sign) if sign else b"") for plain, sign in parts(layout))


def _written(moment: Moment, sign: bytes) -> bytes:
    if sign in _WRITERS:
        return _WRITERS[sign](moment)
    return _offset(moment.offset, sign) if sign[:1] in b"-Z" else _fraction(moment.nanosecond, sign)


def _offset(offset: int, sign: bytes) -> bytes:
    """Write hours and more ahead of UTC, as `Z` or with a sign."""
    if sign.startswith(b"Z") and offset == 0:
        return b"Z"
    minutes = abs(offset) // 60
    separator = b":" if b":" in sign else b""
    made = (b"-" if offset <= -60 else b"+") + b"%02d" % (minutes // 60)
    if len(sign) > len(b"-07"):
        made += separator + b"%02d" % (minutes % 60)
    return made + separator + b"%02d" % (abs(offset) % 60) if len(sign) > len(b"-07:00") else made


def _fraction(nanosecond: int, sign: bytes) -> bytes:
    """Write a fraction of a second, without zeros at its end where the sign has nines."""
    digits = b"%09d" % nanosecond
    digits = digits[: len(sign) - 1]
    if sign[1:2] == b"9":
        digits = digits.rstrip(b"0") if nanosecond else b""
        return sign[:1] + digits if digits else b""
    return sign[:1] + digits


def _year(moment: Moment) -> bytes:
    year = moment.date[0]
    return b"%04d" % year if year >= 0 else b"-%04d" % -year


def _hour_of_twelve(moment: Moment) -> int:
    return moment.hour % 12 or 12


def _weekday(moment: Moment) -> bytes:
    return civil.WEEKDAYS[civil.weekday_of(moment.day)]


def _year_day(moment: Moment) -> int:
    return civil.year_of(moment.day)[1]


_WRITERS: Final[Mapping[bytes, Callable[[Moment], bytes]]] = {
    b"2006": _year,
    b"06": lambda moment: b"%02d" % (abs(moment.date[0]) % 100),
    b"January": lambda moment: civil.MONTHS[moment.date[1] - 1],
    b"Jan": lambda moment: civil.MONTHS[moment.date[1] - 1][:3],
    b"01": lambda moment: b"%02d" % moment.date[1],
    b"1": lambda moment: b"%d" % moment.date[1],
    b"Monday": _weekday,
    b"Mon": lambda moment: _weekday(moment)[:3],
    b"02": lambda moment: b"%02d" % moment.date[2],
    b"_2": lambda moment: b"%2d" % moment.date[2],
    b"2": lambda moment: b"%d" % moment.date[2],
    b"002": lambda moment: b"%03d" % _year_day(moment),
    b"__2": lambda moment: b"%3d" % _year_day(moment),
    b"15": lambda moment: b"%02d" % moment.hour,
    b"03": lambda moment: b"%02d" % _hour_of_twelve(moment),
    b"3": lambda moment: b"%d" % _hour_of_twelve(moment),
    b"04": lambda moment: b"%02d" % (moment.second // 60 % 60),
    b"4": lambda moment: b"%d" % (moment.second // 60 % 60),
    b"05": lambda moment: b"%02d" % (moment.second % 60),
    b"5": lambda moment: b"%d" % (moment.second % 60),
    b"PM": lambda moment: b"PM" if moment.hour >= 12 else b"AM",
    b"pm": lambda moment: b"pm" if moment.hour >= 12 else b"am",
    b"MST": lambda moment: moment.zone.encode() or _offset(moment.offset, b"-0700"),
}
