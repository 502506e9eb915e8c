"""Times read by a layout. Source: https://pkg.go.dev/time#ParseInLocation."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Final

from keyferry.template.functions.function import Fault
from keyferry.template.functions.times import civil, instant, layouts, zones
from keyferry.template.functions.times.instant import Time
from keyferry.template.functions.times.zones import Zone

_FRACTION: Final = re.compile(rb"[.,]([0-9]+)")
_SIGNED_HOURS: Final = re.compile(rb"[+-]0*(?:2[0-3]|1?[0-9])(?![0-9])")
_CAPITALS: Final = re.compile(rb"[A-Z]{0,6}")
_NANOSECOND_DIGITS: Final = 9
_FIRST_OF_LAST_CENTURY: Final = 69  # a year of two digits is one of 1969 to 2068
_YEAR_SIGNS: Final = {b"002", b"__2"}


def read(layout: bytes, text: bytes, zone: Zone) -> Time:
    """Return the time of a text, in `zone` where it names none; Fault where it does not fit the layout."""
    reading = _Reading(text)
    pairs = layouts.parts(layout)
    for number, (plain, sign) in enumerate(pairs):
        reading.skip(plain)
        if sign in _READERS:
            _READERS[sign](reading)
        elif sign[:1] in {b"-", b"Z"}:
            reading.offset(sign)
        elif sign:
            reading.fraction(sign)
        if sign in {b"5", b"05"}:
            following = pairs[number + 1]
            reading.unannounced_fraction(following=following[1] if not following[0] else b"")
    if reading.rest:
        raise Fault("the time goes on after the layout's end")
    return reading.time(zone)


class _Reading:
    """What was read of a time so far, and the text that is left."""

    def __init__(self, text: bytes) -> None:
        self.rest = text
        self.year = 0
        self.month, self.day, self.year_day = -1, -1, -1
        self.hour, self.minute, self.second, self.nanosecond = 0, 0, 0, 0
        self.is_afternoon: bool | None = None
        self.zone: Zone | None = None
        self.zone_name = b""
        self.zone_offset: int | None = None

    def skip(self, plain: bytes) -> None:
        """Pass plain text of the layout; runs of spaces count as one, and none at the end of the text."""
        while plain:
            if plain[:1] == b" ":
                if self.rest and self.rest[:1] != b" ":
                    raise _misfit()
                plain, self.rest = plain.lstrip(b" "), self.rest.lstrip(b" ")
            elif plain[:1] != self.rest[:1]:
                raise _misfit()
            else:
                plain, self.rest = plain[1:], self.rest[1:]

    def take(self, count: int) -> bytes:
        """Take bytes off the text."""
        if len(self.rest) < count:
            raise _misfit()
        taken, self.rest = self.rest[:count], self.rest[count:]
        return taken

    def number(self, least: int, most: int, allowed: range) -> int:
        """Take a number of `least` to `most` digits."""
        count = 0
        while count < most and self.rest[count : count + 1].isdigit():
            count += 1
        if count < least:
            raise _misfit()
        number = int(self.take(count))
        if number not in allowed:
            raise _out_of_range()
        return number

    def name(self, names: Sequence[bytes], length: int | None = None) -> int:
        """Take one of the names, cut to a length, in any case; return its number from 0."""
        for number, name in enumerate(names):
            short = name[:length]
            if self.rest[: len(short)].lower() == short.lower():
                self.take(len(short))
                return number
        raise _misfit()

    def padded_year_day(self) -> None:
        """Take a day of the year, filled up with spaces."""
        for _ in range(2):
            self.rest = self.rest[1:] if self.rest[:1] == b" " else self.rest
        self.year_day = self.number(1, 3, range(1000))

    def padded_day(self) -> None:
        """Take a day of the month, filled up with a space."""
        self.rest = self.rest[1:] if self.rest[:1] == b" " else self.rest
        self.day = self.number(1, 2, range(100))

    def short_year(self) -> None:
        """Take a year of two digits."""
        digits = self.take(2)
        if not digits.isdigit():
            raise _misfit()
        self.year = int(digits) + (1900 if int(digits) >= _FIRST_OF_LAST_CENTURY else 2000)

    def half(self, marks: tuple[bytes, bytes]) -> None:
        """Take the mark of the morning or the afternoon."""
        mark = self.take(2)
        if mark not in marks:
            raise _misfit()
        self.is_afternoon = mark == marks[1]

    def offset(self, sign: bytes) -> None:
        """Take hours and more ahead of UTC, in the form of the layout's sign."""
        if sign[:1] == b"Z" and self.rest[:1] == b"Z":
            self.take(1)
            self.zone = zones.UTC
            return
        text = self.take(len(sign))
        form = re.sub(rb"[0-9]", rb"[0-9]", re.escape(sign[1:]))
        if text[:1] not in {b"+", b"-"} or not re.fullmatch(form, text[1:]):
            raise _misfit()
        digits = text[1:].replace(b":", b"").ljust(6, b"0")
        hours, minutes, seconds = int(digits[:2]), int(digits[2:4]), int(digits[4:])
        if hours > 24 or minutes > 60 or seconds > 60:
            raise _out_of_range()
        ahead = (hours * 60 + minutes) * 60 + seconds
        self.zone_offset = -ahead if text[:1] == b"-" else ahead

    def abbreviation(self) -> None:
        """Take the abbreviation of a zone."""
        if self.rest.startswith(b"UTC"):
            self.take(3)
            self.zone = zones.UTC
        else:
            self.zone_name = self.take(_abbreviation_length(self.rest))

    def fraction(self, sign: bytes) -> None:
        """Take a fraction of a second: as many digits as there are zeros, any number, or none, for nines."""
        if sign[1:2] == b"0":
            text = self.take(len(sign))
            if text[:1] not in {b".", b","} or not text[1:].isdigit():
                raise _misfit()
            self._keep_fraction(text[1:])
        else:
            self.unannounced_fraction(following=b"")

    def unannounced_fraction(self, following: bytes) -> None:
        """Take a fraction that may stand after seconds, unless the layout has one next."""
        found = _FRACTION.match(self.rest)
        if found and following[:1] not in {b".", b","}:
            self._keep_fraction(found[1])
            self.take(found.end())

    def _keep_fraction(self, digits: bytes) -> None:
        self.nanosecond = int(digits[:_NANOSECOND_DIGITS].ljust(_NANOSECOND_DIGITS, b"0"))

    def time(self, zone: Zone) -> Time:
        """Return the time that was read."""
        month, day = self._date()
        hour = self.hour
        if self.is_afternoon is not None:
            hour = hour % 12 + (12 if self.is_afternoon else 0) if hour <= 12 else hour
        second = hour * 3600 + self.minute * 60 + self.second
        made = instant.at_clock(self.year, month, day, second, self.nanosecond, self.zone or zones.UTC)
        if self.zone is not None:
            return made
        if self.zone_offset is not None:
            return self._with_offset(made, zone)
        if self.zone_name:
            return self._with_name(made, zone)
        return instant.at_clock(self.year, month, day, second, self.nanosecond, zone)

    def _date(self) -> tuple[int, int]:
        """Return month and day of the month, and check what the text says of them."""
        month, day = self.month, self.day
        if self.year_day >= 0:
            if not 1 <= self.year_day <= 365 + civil.is_leap(self.year):
                raise _out_of_range()
            _, month, day = civil.date_of(civil.day_number(self.year, 1, 1) + self.year_day - 1)
            if self.month not in {-1, month} or self.day not in {-1, day}:
                raise Fault("the day of the year is another day than the date")
        month, day = (1 if month < 0 else month), (1 if day < 0 else day)
        if not 1 <= day <= civil.days_in(month, self.year):
            raise _out_of_range()
        return month, day

    def _with_offset(self, made: Time, zone: Zone) -> Time:
        """Return the time by the offset that the text says, in `zone` where that has the same offset then."""
        offset, name = self.zone_offset or 0, self.zone_name.decode()
        shifted = made.plus(-offset * 1_000_000_000)
        local_name, local_offset = zone.at(shifted.second)
        is_local = local_offset == offset and name in {"", local_name}
        return shifted.within(zone if is_local else Zone(name, offset))

    def _with_name(self, made: Time, zone: Zone) -> Time:
        """Return the time in `zone` where that knows the abbreviation, else in UTC, shown in a made-up zone."""
        name = self.zone_name.decode()
        offset = zone.offset_called(name, made.second)
        if offset is not None:
            return made.plus(-offset * 1_000_000_000).within(zone)
        hours = int(name[3:]) if name.startswith("GMT") and len(name) > 3 else 0
        return made.within(Zone(name, hours * 3600))


def _abbreviation_length(text: bytes) -> int:
    """Return how long the abbreviation of a zone is at the beginning of a text."""
    if text[:4] in {b"ChST", b"MeST"}:
        return 4
    signed = _SIGNED_HOURS.match(text, 3 if text.startswith(b"GMT") else 0)
    if text.startswith(b"GMT"):
        return signed.end() if signed else 3
    if signed and len(text) >= 3:
        return signed.end()
    found = _CAPITALS.match(text)
    count = found.end() if found else 0
    is_name = (
        count == 3 or (count in {4, 5} and text[count - 1 : count] == b"T") or (count == 4 and text[:4] == b"WITA")
    )
    if not is_name:
        raise _misfit()
    return count


def _misfit() -> Fault:
    return Fault("the time does not fit the layout")


def _out_of_range() -> Fault:
    return Fault("a part of the time is out of range")


def _set(part: str, least: int, most: int, allowed: range) -> Callable[[_Reading], None]:
    return lambda reading: setattr(reading, part, reading.number(least, most, allowed))


def _set_name(part: str, names: Sequence[bytes], length: int | None) -> Callable[[_Reading], None]:
    return lambda reading: setattr(reading, part, reading.name(names, length) + 1)


_ANY_DAY: Final = range(100)  # whether the month has it is known at the end
_READERS: Final[Mapping[bytes, Callable[[_Reading], None]]] = {
    b"2006": _set("year", 4, 4, range(10_000)),
    b"06": _Reading.short_year,
    b"January": _set_name("month", civil.MONTHS, None),
    b"Jan": _set_name("month", civil.MONTHS, 3),
    b"01": _set("month", 2, 2, range(1, 13)),
    b"1": _set("month", 1, 2, range(1, 13)),
    b"Monday": _set_name("weekday", civil.WEEKDAYS, None),
    b"Mon": _set_name("weekday", civil.WEEKDAYS, 3),
    b"02": _set("day", 2, 2, _ANY_DAY),
    b"_2": _Reading.padded_day,
    b"2": _set("day", 1, 2, _ANY_DAY),
    b"002": _set("year_day", 3, 3, range(1000)),
    b"__2": _Reading.padded_year_day,
    b"15": _set("hour", 1, 2, range(24)),
    b"03": _set("hour", 2, 2, range(13)),
    b"3": _set("hour", 1, 2, range(13)),
    b"04": _set("minute", 2, 2, range(60)),
    b"4": _set("minute", 1, 2, range(60)),
    b"05": _set("second", 2, 2, range(60)),
    b"5": _set("second", 1, 2, range(60)),
    b"PM": lambda reading: reading.half((b"AM", b"PM")),
    b"pm": lambda reading: reading.half((b"am", b"pm")),
    b"MST": _Reading.abbreviation,
}
