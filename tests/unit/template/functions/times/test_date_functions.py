"""Dates and durations in templates."""

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from keyferry.template.functions.function import Fault
from keyferry.template.functions.times.date_functions import FUNCTIONS
from keyferry.template.functions.times.instant import ZERO, Time
from keyferry.template.values import Sized
from tests.fakes.template_functions import call, world

THEN = Time(second=1_583_020_800)
HOUR = Sized(3600)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("date", (b"2006-01-02 15:04", THEN), b"2020-03-01 00:00", id="date"),
        pytest.param("date", (b"15:04", HOUR), b"01:00", id="date-of-an-int64"),
        pytest.param("date", (b"15:04", 60), b"00:01", id="date-of-an-int"),
        pytest.param("date", (b"2006", b"x"), b"2024", id="date-of-all-else-is-now"),
        pytest.param("dateInZone", (b"15:04 MST", THEN, b"Asia/Tokyo"), b"09:00 JST", id="date-in-zone"),
        pytest.param("date_in_zone", (b"15:04 MST", THEN, b"\xff"), b"00:00 UTC", id="date-in-no-zone"),
        pytest.param("dateInZone", (b"15:04 MST", THEN, b"Local"), b"00:00 UTC", id="date-in-the-local-zone"),
        pytest.param("htmlDate", (0,), b"1970-01-01", id="html-date"),
        pytest.param("htmlDateInZone", (0, b"America/New_York"), b"1969-12-31", id="html-date-in-zone"),
        pytest.param("toDate", (b"2006", b"2020"), Time(second=1_577_836_800), id="to-date"),
        pytest.param("toDate", (b"2006", b"x"), ZERO, id="to-no-date"),
        pytest.param("mustToDate", (b"2006", b"2020"), Time(second=1_577_836_800), id="must-to-date"),
        pytest.param("dateModify", (b"1h", ZERO), ZERO.plus(3_600_000_000_000), id="modify"),
        pytest.param("date_modify", (b"x", ZERO), ZERO, id="modify-by-nothing"),
        pytest.param("mustDateModify", (b"-1h", ZERO), ZERO.plus(-3_600_000_000_000), id="must-modify"),
        pytest.param("ago", (THEN,), b"35052h0m1s", id="ago"),
        pytest.param("ago", (b"x",), b"0s", id="ago-of-now"),
        pytest.param("duration", (b"95",), b"1m35s", id="duration"),
        pytest.param("duration", (b"99999999999999999999",), b"-1s", id="duration-that-wraps"),
        pytest.param("duration", (b"x",), b"0s", id="duration-of-a-word"),
        pytest.param("duration", (Sized(95),), b"1m35s", id="duration-of-an-int64"),
        pytest.param("duration", (95,), b"0s", id="duration-of-an-int"),
        pytest.param("durationRound", (b"2h10m5s",), b"2h", id="round"),
        pytest.param("durationRound", (b"x",), b"0s", id="round-a-word"),
        pytest.param("durationRound", (Sized(90_000_000_000),), b"1m", id="round-an-int64"),
        pytest.param("durationRound", (THEN,), b"4y", id="round-an-age"),
        pytest.param("durationRound", (1.5,), b"0s", id="round-a-float"),
        pytest.param("unixEpoch", (THEN,), b"1583020800", id="unix-epoch"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


def test_now_is_now_here() -> None:
    tokyo = world(local=ZoneInfo("Asia/Tokyo"))
    assert call(FUNCTIONS, "now").text() == b"2024-02-29 12:00:00.5 +0000 UTC"
    assert call(FUNCTIONS, "now", within=tokyo).text() == b"2024-02-29 21:00:00.5 +0900 JST"


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("mustToDate", (b"2006", b"x"), id="no-date"),
        pytest.param("must_date_modify", (b"x", ZERO), id="no-duration"),
        pytest.param("date", (b"2006" * 2000, 0), id="a-layout-too-long"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)
