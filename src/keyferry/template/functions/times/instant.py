"""Go's `time.Time`: an instant to the nanosecond, and the zone that it is shown in.

Source: https://pkg.go.dev/time#Time. Templates can call the methods that give one result.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.template.functions.function import Fault
from keyferry.template.functions.marshalling import Marshaller
from keyferry.template.functions.times import civil, durations, layouts, zones
from keyferry.template.functions.times.layouts import Moment
from keyferry.template.functions.times.zones import Zone
from keyferry.template.values import INT64, NamedNumber, Sized, Value

TIME: Final = "time.Time"
_TEXT_LAYOUT: Final = b"2006-01-02 15:04:05.999999999 -0700 MST"
_RFC_3339: Final = b"2006-01-02T15:04:05.999999999Z07:00"
_LAST_YEAR: Final = 9999
_EPOCH_ORDINAL: Final = 719_163


@dataclass(frozen=True, slots=True, kw_only=True)
class Time(Marshaller):
    """An instant: seconds since 1970 UTC and nanoseconds after them."""

    second: int
    nanosecond: int = 0
    zone: Zone = zones.UTC

    @property
    def go_type(self) -> str:
        """The Go type."""
        return TIME

    def text(self) -> bytes:
        """The time as Go prints it."""
        return self.shown(_TEXT_LAYOUT)

    def plain(self) -> Value:
        """The time by RFC 3339, which has no years after 9999."""
        moment = self.moment()
        if not 0 <= moment.date[0] <= _LAST_YEAR:
            raise Fault("JSON has no time in that year")
        return layouts.write(moment, _RFC_3339)

    def method(self, name: str, arguments: tuple[Value, ...]) -> Value:
        """Call one of the methods of Go's type that templates can call."""
        takes, call = _METHODS[name]
        if len(arguments) != len(takes) or not all(map(isinstance, arguments, takes)):
            raise Fault(f"the method {name} of times takes other arguments")
        return call(self, *arguments)

    def moment(self) -> Moment:
        """Return what the clocks of its zone show."""
        name, offset = self.zone.at(self.second)
        day, second = divmod(self.second + offset, civil.DAY)
        return Moment(day=day, second=second, nanosecond=self.nanosecond, zone=name, offset=offset)

    def shown(self, layout: bytes) -> bytes:
        """Return the time as a layout shows it."""
        return layouts.write(self.moment(), layout)

    def within(self, zone: Zone) -> "Time":
        """Return the same instant, shown in another zone."""
        return Time(second=self.second, nanosecond=self.nanosecond, zone=zone)

    def plus(self, duration: int) -> "Time":
        """Return the time a number of nanoseconds later."""
        seconds, nanosecond = divmod(self.nanosecond + duration, durations.SECOND)
        return Time(second=self.second + seconds, nanosecond=nanosecond, zone=self.zone)

    def since(self, other: "Time") -> int:
        """Return the nanoseconds from another time, cut to 64 bits."""
        seconds = self.second - other.second
        return durations.clamped(seconds * durations.SECOND + self.nanosecond - other.nanosecond)


ZERO: Final = Time(second=civil.day_number(1, 1, 1) * civil.DAY)


def at_clock(year: int, month: int, day: int, second: int, nanosecond: int, zone: Zone) -> Time:
    """Return the time at which the clocks of a zone show a date and a second of the day. Days may carry over."""
    wall = civil.day_number(year, month, day) * civil.DAY + second
    return Time(second=zone.second_of(wall), nanosecond=nanosecond, zone=zone)


def of(when: datetime, zone: Zone) -> Time:
    """Return a Python time, which is aware of its zone, as seen in another one."""
    offset = when.utcoffset()
    assert offset is not None, "a rendering's time is aware of its zone"
    day = when.toordinal() - _EPOCH_ORDINAL
    second = day * civil.DAY + when.hour * 3600 + when.minute * 60 + when.second - round(offset.total_seconds())
    return Time(second=second, nanosecond=when.microsecond * 1000, zone=zone)


def _month(time: Time) -> NamedNumber:
    month = time.moment().date[1]
    return NamedNumber(month, "time.Month", civil.MONTHS[month - 1])


def _weekday(time: Time) -> NamedNumber:
    weekday = civil.weekday_of(time.moment().day)
    return NamedNumber(weekday, "time.Weekday", civil.WEEKDAYS[weekday])


def _since(time: Time, other: Time) -> NamedNumber:
    duration = time.since(other)
    return NamedNumber(duration, "time.Duration", durations.text_of(duration))


def _add_date(time: Time, years: int, months: int, days: int) -> Time:
    moment = time.moment()
    year, month, day = moment.date
    return at_clock(year + years, month + months, day + days, moment.second, time.nanosecond, time.zone)


def _order(time: Time, other: Time) -> int:
    mine, others = (time.second, time.nanosecond), (other.second, other.nanosecond)
    return (mine > others) - (mine < others)


def _unix_in(unit: int) -> Callable[[Time], Value]:
    return lambda time: Sized((time.second * durations.SECOND + time.nanosecond) // unit, INT64)


_METHODS: Final[Mapping[str, tuple[tuple[type, ...], Callable[..., Value]]]] = {
    "Year": ((), lambda time: time.moment().date[0]),
    "Month": ((), _month),
    "Day": ((), lambda time: time.moment().date[2]),
    "Weekday": ((), _weekday),
    "YearDay": ((), lambda time: civil.year_of(time.moment().day)[1]),
    "Hour": ((), lambda time: time.moment().hour),
    "Minute": ((), lambda time: time.moment().second // 60 % 60),
    "Second": ((), lambda time: time.moment().second % 60),
    "Nanosecond": ((), lambda time: time.nanosecond),
    "Unix": ((), _unix_in(durations.SECOND)),
    "UnixMilli": ((), _unix_in(1_000_000)),
    "UnixMicro": ((), _unix_in(1000)),
    "UnixNano": ((), _unix_in(1)),
    "UTC": ((), lambda time: time.within(zones.UTC)),
    "Sub": ((Time,), _since),
    "IsZero": ((), lambda time: _order(time, ZERO) == 0),
    "String": ((), Time.text),
    "Format": ((bytes,), Time.shown),
    "AddDate": ((int, int, int), _add_date),
    "Before": ((Time,), lambda time, other: _order(time, other) < 0),
    "After": ((Time,), lambda time, other: _order(time, other) > 0),
    "Equal": ((Time,), lambda time, other: _order(time, other) == 0),
    "Compare": ((Time,), _order),
}
