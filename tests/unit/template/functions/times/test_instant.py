"""Times are instants, shown somewhere."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.arithmetic.strconv import MAX_INT64
from keyferry.template.functions.function import Fault
from keyferry.template.functions.times import instant, zones
from keyferry.template.functions.times.instant import ZERO, Time
from keyferry.template.printing import plain
from keyferry.template.values import type_of
from tests.fakes.template_functions import world

LEAP_DAY = Time(second=1_709_208_000, nanosecond=500_000_000)


@settings(deadline=None)
@given(st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))])))
def test_shows_what_python_shows(when: datetime) -> None:
    shown = instant.of(when, zones.UTC).shown(b"2006-01-02T15:04:05.000000Z07:00")
    assert datetime.fromisoformat(shown.decode()) == when


@pytest.mark.parametrize(
    ("time", "text"),
    [
        pytest.param(ZERO, b"0001-01-01 00:00:00 +0000 UTC", id="zero"),
        pytest.param(LEAP_DAY, b"2024-02-29 12:00:00.5 +0000 UTC", id="a-fraction"),
        pytest.param(LEAP_DAY.within(zones.named("Asia/Tokyo")), b"2024-02-29 21:00:00.5 +0900 JST", id="elsewhere"),
    ],
)
def test_prints(time: Time, text: bytes) -> None:
    assert (time.text(), time.go_type) == (text, "time.Time")


def test_json_knows_years_to_9999() -> None:
    assert LEAP_DAY.plain() == b"2024-02-29T12:00:00.5Z"
    with pytest.raises(Fault):
        Time(second=10**12).plain()


@pytest.mark.parametrize(
    ("method", "arguments", "expected", "go_type"),
    [
        pytest.param("Year", (), 2024, "int", id="year"),
        pytest.param("Day", (), 29, "int", id="day"),
        pytest.param("YearDay", (), 60, "int", id="year-day"),
        pytest.param("Hour", (), 12, "int", id="hour"),
        pytest.param("Minute", (), 0, "int", id="minute"),
        pytest.param("Second", (), 0, "int", id="second"),
        pytest.param("Nanosecond", (), 500_000_000, "int", id="nanosecond"),
        pytest.param("Unix", (), 1_709_208_000, "int64", id="unix"),
        pytest.param("UnixMilli", (), 1_709_208_000_500, "int64", id="unix-milli"),
        pytest.param("UnixNano", (), 1_709_208_000_500_000_000, "int64", id="unix-nano"),
        pytest.param("IsZero", (), False, "bool", id="is-zero"),
        pytest.param("Format", (b"06/01",), b"24/02", "string", id="format"),
        pytest.param("Before", (ZERO,), False, "bool", id="before"),
        pytest.param("After", (ZERO,), True, "bool", id="after"),
        pytest.param("Equal", (LEAP_DAY,), True, "bool", id="equal"),
        pytest.param("Compare", (ZERO,), 1, "int", id="compare"),
    ],
)
def test_methods(method: str, arguments: Any, expected: Any, go_type: str) -> None:
    found = LEAP_DAY.method(method, arguments)
    assert (found, type_of(found)) == (expected, go_type)


@pytest.mark.parametrize(
    ("method", "arguments", "text"),
    [
        pytest.param("Month", (), b"February", id="month"),
        pytest.param("Weekday", (), b"Thursday", id="weekday"),
        pytest.param("Sub", (Time(second=1_709_208_001),), b"-500ms", id="sub"),
        pytest.param("UTC", (), b"2024-02-29 12:00:00.5 +0000 UTC", id="utc"),
        pytest.param("AddDate", (1, 0, 0), b"2025-03-01 12:00:00.5 +0000 UTC", id="a-year-later"),
        pytest.param("AddDate", (0, -2, -29), b"2023-11-30 12:00:00.5 +0000 UTC", id="months-and-days-before"),
    ],
)
def test_methods_that_give_more(method: str, arguments: Any, text: bytes) -> None:
    found = LEAP_DAY.method(method, arguments)
    assert plain.text_of(found, world().meter) == text


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        pytest.param("Year", (1,), id="too-many"),
        pytest.param("Before", (b"x",), id="no-time"),
    ],
)
def test_methods_fault(method: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        LEAP_DAY.method(method, arguments)


def test_there_are_no_other_methods() -> None:
    with pytest.raises(KeyError):
        LEAP_DAY.method("Nope", ())


def test_time_passes() -> None:
    assert LEAP_DAY.plus(-500_000_001) == Time(second=1_709_207_999, nanosecond=999_999_999)
    assert LEAP_DAY.plus(1_500_000_000).since(LEAP_DAY) == 1_500_000_000
    assert LEAP_DAY.since(ZERO) == MAX_INT64
