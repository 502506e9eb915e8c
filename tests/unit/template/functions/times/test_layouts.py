"""Layouts are taken apart by their signs, and written."""

import pytest

from keyferry.template.functions.times import civil, layouts
from keyferry.template.functions.times.layouts import Moment


def _moment(
    hour: int = 15, offset: int = -25_200, zone: str = "MST", year: int = 2006, nanosecond: int = 120_000_000
) -> Moment:
    day = civil.day_number(year, 1, 2)
    return Moment(day=day, second=hour * 3600 + 245, nanosecond=nanosecond, zone=zone, offset=offset)


@pytest.mark.parametrize(
    ("layout", "expected"),
    [
        pytest.param("2006-01-02 15:04:05", "2006-01-02 15:04:05", id="numbers"),
        pytest.param("06 1 2 3 4 5 03 _2 PM pm", "06 1 2 3 4 5 03  2 PM pm", id="short-numbers"),
        pytest.param("Monday Mon January Jan 002 __2", "Monday Mon January Jan 002   2", id="names-and-days"),
        pytest.param("Months Janes _2006 _002", "Months Janes _2006 _002", id="what-only-looks-like-signs"),
        pytest.param(".000 ,999 .9999999990 .0x", ".120 ,12 .9999999990 .1x", id="fractions"),
        pytest.param("-07 -0700 -07:00 -070000 -07:00:00", "-07 -0700 -07:00 -070000 -07:00:00", id="offsets"),
        pytest.param("Z07 Z0700 Z07:00 Z070000 Z07:00:00", "-07 -0700 -07:00 -070000 -07:00:00", id="iso-offsets"),
        pytest.param("MST", "MST", id="abbreviation"),
        pytest.param("no signs: é", "no signs: é", id="nothing"),
    ],
)
def test_the_reference_time_shows_itself(layout: str, expected: str) -> None:
    assert layouts.write(_moment(), layout.encode()) == expected.encode()


@pytest.mark.parametrize(
    ("moment", "layout", "expected"),
    [
        pytest.param(_moment(hour=0), b"3PM 03pm 15", b"12AM 12am 00", id="midnight"),
        pytest.param(_moment(hour=12), b"3PM 03pm 15", b"12PM 12pm 12", id="noon"),
        pytest.param(_moment(offset=0), b"Z07 Z07:00:00 -0700", b"Z Z +0000", id="utc"),
        pytest.param(_moment(offset=19_800, zone=""), b"MST -07 Z07:00", b"+0530 +05 +05:30", id="no-abbreviation"),
        pytest.param(_moment(offset=-30), b"-07:00:00", b"+00:00:30", id="less-than-a-minute"),
        pytest.param(_moment(year=-5), b"2006 06", b"-0005 05", id="before-year-zero"),
        pytest.param(_moment(year=12345), b"2006 06", b"12345 45", id="after-year-9999"),
        pytest.param(_moment(nanosecond=0), b"x.999 .000", b"x .000", id="no-fraction"),
        pytest.param(_moment(nanosecond=1), b"x.999 .9999999999", b"x .000000001", id="a-small-fraction"),
    ],
)
def test_writes(moment: Moment, layout: bytes, expected: bytes) -> None:
    assert layouts.write(moment, layout) == expected


def test_parts_end_with_plain_text() -> None:
    assert layouts.parts(b"on 2006!") == ((b"on ", b"2006"), (b"!", b""))
