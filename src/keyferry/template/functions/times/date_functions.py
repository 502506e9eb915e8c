"""The functions of dates and durations. `date` and its kin take a time, or seconds since 1970; all else means now."""

from typing import Final

from keyferry.template.functions.arithmetic import strconv
from keyferry.template.functions.arithmetic.casts import wrapped
from keyferry.template.functions.function import Fault, Function, Surroundings, named
from keyferry.template.functions.times import durations, instant, layout_reading, zones
from keyferry.template.functions.times.instant import TIME, Time
from keyferry.template.functions.times.zones import Zone
from keyferry.template.values import ANY, INT, INT64, STRING, Value, type_of

_HTML_LAYOUT: Final = b"2006-01-02"
_LONGEST_LAYOUT: Final = 4096


@named("now", knows_world=True)
def _now(world: Surroundings) -> Value:
    return instant.of(world.now, zones.local(world.local))


@named("date", STRING, ANY, knows_world=True)
def _date(world: Surroundings, layout: bytes, when: Value) -> bytes:
    return _shown(world, layout, when, zones.local(world.local))


def _date_in_zone(world: Surroundings, layout: bytes, when: Value, zone: bytes) -> bytes:
    return _shown(world, layout, when, _zone(world, zone))


@named("htmlDate", ANY, knows_world=True)
def _html_date(world: Surroundings, when: Value) -> bytes:
    return _shown(world, _HTML_LAYOUT, when, zones.local(world.local))


@named("htmlDateInZone", ANY, STRING, knows_world=True)
def _html_date_in_zone(world: Surroundings, when: Value, zone: bytes) -> bytes:
    return _shown(world, _HTML_LAYOUT, when, _zone(world, zone))


def _shown(world: Surroundings, layout: bytes, when: Value, zone: Zone) -> bytes:
    _check_length(layout)
    return _time(world, when).within(zone).shown(layout)


def _time(world: Surroundings, when: Value) -> Time:
    if isinstance(when, Time):
        return when
    if type_of(when) in {INT, INT64} and isinstance(when, int):
        return Time(second=when)
    return instant.of(world.now, zones.UTC)


def _zone(world: Surroundings, name: bytes) -> Zone:
    return zones.local(world.local) if name == b"Local" else zones.named(name.decode("ascii", "replace"))


@named("toDate", STRING, STRING, knows_world=True)
def _to_date(world: Surroundings, layout: bytes, text: bytes) -> Value:
    """Read a time; what does not fit the layout is the year 1."""
    try:
        return _must_to_date(world, layout, text)
    except Fault:
        return instant.ZERO


def _must_to_date(world: Surroundings, layout: bytes, text: bytes) -> Value:
    _check_length(layout)
    return layout_reading.read(layout, text, zones.local(world.local))


def _check_length(layout: bytes) -> None:
    if len(layout) > _LONGEST_LAYOUT:
        raise Fault("the layout is too long")


def _date_modify(duration: bytes, when: Time) -> Value:
    """Add a duration; what is none adds nothing."""
    try:
        return when.plus(durations.parse(duration))
    except Fault:
        return when


def _must_date_modify(duration: bytes, when: Time) -> Value:
    return when.plus(durations.parse(duration))


@named("ago", ANY, knows_world=True)
def _ago(world: Surroundings, when: Value) -> bytes:
    return durations.text_of(durations.rounded(_age(world, _time(world, when)), durations.SECOND))


def _age(world: Surroundings, when: Time) -> int:
    return instant.of(world.now, zones.UTC).since(when)


@named("duration", ANY)
def _duration(value: Value) -> bytes:
    """Write seconds, a string or an int64, as a duration; any other value, an int too, is none."""
    seconds = 0
    if isinstance(value, bytes):
        seconds = strconv.parse_int(value, 10)[0]
    elif type_of(value) == INT64 and isinstance(value, int):
        seconds = int(value)
    return durations.text_of(wrapped(seconds * durations.SECOND))


@named("durationRound", ANY, knows_world=True)
def _duration_round(world: Surroundings, value: Value) -> bytes:
    """Write a duration, or the age of a time, in its largest unit."""
    duration = 0
    if isinstance(value, bytes):
        try:
            duration = durations.parse(value)
        except Fault:
            duration = 0
    elif isinstance(value, Time):
        duration = _age(world, value)
    elif type_of(value) == INT64 and isinstance(value, int):
        duration = int(value)
    return durations.largest_unit(duration)


@named("unixEpoch", TIME)
def _unix_epoch(when: Time) -> bytes:
    return b"%d" % when.second


FUNCTIONS: Final[tuple[Function, ...]] = (
    _now,
    _date,
    named("dateInZone", STRING, ANY, STRING, knows_world=True)(_date_in_zone),
    named("date_in_zone", STRING, ANY, STRING, knows_world=True)(_date_in_zone),
    _html_date,
    _html_date_in_zone,
    _to_date,
    named("mustToDate", STRING, STRING, knows_world=True)(_must_to_date),
    named("dateModify", STRING, TIME)(_date_modify),
    named("date_modify", STRING, TIME)(_date_modify),
    named("mustDateModify", STRING, TIME)(_must_date_modify),
    named("must_date_modify", STRING, TIME)(_must_date_modify),
    _ago,
    _duration,
    _duration_round,
    _unix_epoch,
)
