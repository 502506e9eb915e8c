"""Texts are read by layouts as Go reads them."""

from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.function import Fault
from keyferry.template.functions.times import layout_reading, zones
from keyferry.template.functions.times.instant import Time

PARIS = zones.local(ZoneInfo("Europe/Paris"))


@pytest.mark.parametrize(
    ("layout", "text", "expected"),
    [
        pytest.param("2006-01-02", "2020-03-01", "2020-03-01 00:00:00 +0000 UTC", id="a-date"),
        pytest.param("", "", "0000-01-01 00:00:00 +0000 UTC", id="nothing"),
        pytest.param("06/1/2", "69/3/5", "1969-03-05 00:00:00 +0000 UTC", id="a-short-year-of-the-last-century"),
        pytest.param("06", "68", "2068-01-01 00:00:00 +0000 UTC", id="a-short-year-of-this-one"),
        pytest.param("January 2 2006", "mArCh 5 2020", "2020-03-05 00:00:00 +0000 UTC", id="a-name-in-any-case"),
        pytest.param(
            "Mon Jan _2 2006", "Tue Mar  5 2020", "2020-03-05 00:00:00 +0000 UTC", id="the-weekday-is-not-checked"
        ),
        pytest.param("Monday, Jan 2 2006", "Tuesday, Mar 5 2020", "2020-03-05 00:00:00 +0000 UTC", id="long-weekday"),
        pytest.param("2006 002", "2020 366", "2020-12-31 00:00:00 +0000 UTC", id="day-of-the-year"),
        pytest.param("2006 __2 Jan", "2020  60 Feb", "2020-02-29 00:00:00 +0000 UTC", id="padded-day-of-the-year"),
        pytest.param("3:04PM", "12:05AM", "0000-01-01 00:05:00 +0000 UTC", id="midnight"),
        pytest.param("3:04pm", "12:05pm", "0000-01-01 12:05:00 +0000 UTC", id="noon"),
        pytest.param("03:04:05 PM", "03:04:05 PM", "0000-01-01 15:04:05 +0000 UTC", id="afternoon"),
        pytest.param("15 PM", "17 AM", "0000-01-01 17:00:00 +0000 UTC", id="an-hour-that-needs-no-mark"),
        pytest.param("15:4:5", "1:2:3", "0000-01-01 01:02:03 +0000 UTC", id="short-numbers"),
        pytest.param("5", "3.25", "0000-01-01 00:00:03.25 +0000 UTC", id="a-fraction-not-announced"),
        pytest.param("5.000", "3.250", "0000-01-01 00:00:03.25 +0000 UTC", id="a-fraction-of-so-many-digits"),
        pytest.param("5,999", "3,25", "0000-01-01 00:00:03.25 +0000 UTC", id="a-fraction-of-any-digits"),
        pytest.param("5.999 x", "3 x", "0000-01-01 00:00:03 +0000 UTC", id="a-fraction-left-out"),
        pytest.param("5.999", "3.12345678999", "0000-01-01 00:00:03.123456789 +0000 UTC", id="more-than-nanoseconds"),
        pytest.param("5 x", "3 x", "0000-01-01 00:00:03 +0000 UTC", id="spaces"),
        pytest.param("a  b", "a b", "0000-01-01 00:00:00 +0000 UTC", id="fewer-spaces"),
        pytest.param("a ", "a", "0000-01-01 00:00:00 +0000 UTC", id="no-space-at-the-end"),
        pytest.param("2006 Z07:00", "2020 Z", "2020-01-01 00:00:00 +0000 UTC", id="zulu"),
        pytest.param("2006 Z07:00", "2020 +05:30", "2020-01-01 00:00:00 +0530 +0530", id="an-offset"),
        pytest.param("2006 -07", "2020 -08", "2020-01-01 00:00:00 -0800 -0800", id="hours-alone"),
        pytest.param("2006 -07:00:00", "2020 +00:00:30", "2020-01-01 00:00:00 +0000 +0000", id="seconds"),
        pytest.param("2006 -0700", "2020 +0000", "2020-01-01 00:00:00 +0000 UTC", id="the-local-offset"),
        pytest.param(
            "2006 -0700 MST", "2020 +0200 CEST", "2020-01-01 00:00:00 +0200 CEST", id="offset-and-abbreviation"
        ),
        pytest.param("2006 MST", "2020 UTC", "2020-01-01 00:00:00 +0000 UTC", id="utc"),
        pytest.param("2006 MST", "2020 PST", "2020-01-01 00:00:00 +0000 PST", id="an-unknown-abbreviation"),
        pytest.param("2006 MST", "2020 GMT+3", "2020-01-01 03:00:00 +0300 GMT+3", id="gmt-and-hours"),
        pytest.param("2006 MST", "2020 GMT", "2020-01-01 00:00:00 +0000 GMT", id="gmt"),
        pytest.param("2006 MST", "2020 +03", "2020-01-01 00:00:00 +0000 +03", id="signed-hours"),
        pytest.param("MST", "ChST", "0000-01-01 00:00:00 +0000 ChST", id="a-small-letter"),
        pytest.param("MST", "WITA", "0000-01-01 00:00:00 +0000 WITA", id="four-letters"),
        pytest.param("MST", "ACDTT", "0000-01-01 00:00:00 +0000 ACDTT", id="five-letters"),
    ],
)
def test_reads(layout: str, text: str, expected: str) -> None:
    assert layout_reading.read(layout.encode(), text.encode(), zones.UTC).text() == expected.encode()


@pytest.mark.parametrize(
    ("layout", "text", "expected"),
    [
        pytest.param("2006-01-02", "2020-07-01", "2020-07-01 00:00:00 +0200 CEST", id="no-zone"),
        pytest.param("2006 -0700", "2020 +0100", "2020-01-01 00:00:00 +0100 CET", id="its-offset"),
        pytest.param("2006-01 MST", "2020-01 CEST", "2019-12-31 23:00:00 +0100 CET", id="its-other-abbreviation"),
    ],
)
def test_reads_in_a_zone(layout: str, text: str, expected: str) -> None:
    assert layout_reading.read(layout.encode(), text.encode(), PARIS).text() == expected.encode()


@pytest.mark.parametrize(
    ("layout", "text"),
    [
        pytest.param("2006", "20", id="too-short"),
        pytest.param("2006", "20x0", id="no-number"),
        pytest.param("06", "x0", id="no-short-year"),
        pytest.param("2006", "2020 ", id="more-text"),
        pytest.param("a b", "axb", id="no-space"),
        pytest.param("ab", "ac", id="other-text"),
        pytest.param("Jan", "Foo", id="no-month"),
        pytest.param("06", "0", id="half-a-short-year"),
        pytest.param("01", "13", id="month-13"),
        pytest.param("2006 Jan 2", "2021 Feb 29", id="no-leap-year"),
        pytest.param("2006 002", "2021 366", id="day-366"),
        pytest.param("2006 002 Jan", "2021 060 Feb", id="another-month"),
        pytest.param("2006 002 2", "2021 060 2", id="another-day"),
        pytest.param("15", "24", id="hour-24"),
        pytest.param("3", "13", id="hour-13-of-twelve"),
        pytest.param("04", "60", id="minute-60"),
        pytest.param("PM", "pm", id="the-other-mark"),
        pytest.param("-0700", "07000", id="no-sign"),
        pytest.param("-0700", "+070", id="half-the-minutes"),
        pytest.param("-07:00", "+07000", id="no-colon"),
        pytest.param("-0700", "+2500", id="hour-25-ahead"),
        pytest.param(".000", ".00x", id="no-fraction"),
        pytest.param(".000", "x000", id="no-point"),
        pytest.param("MST", "ABCDEF", id="six-letters"),
        pytest.param("MST", "AB", id="two-letters"),
        pytest.param("MST", "ABCD", id="four-letters-without-a-t"),
        pytest.param("MST", "+3", id="signed-hours-too-short"),
    ],
)
def test_faults(layout: str, text: str) -> None:
    with pytest.raises(Fault):
        layout_reading.read(layout.encode(), text.encode(), zones.UTC)


@settings(deadline=None)
@given(st.integers(-62_167_219_200, 253_402_300_799), st.integers(0, 999_999_999))
def test_reads_what_it_wrote(second: int, nanosecond: int) -> None:
    time = Time(second=second, nanosecond=nanosecond)
    for layout in (
        b"2006-01-02T15:04:05.999999999Z07:00",
        b"Mon Jan _2 03:04:05.000000000 PM -0700 2006",
        b"002 2006 15h4m5.999999999",
    ):
        assert layout_reading.read(layout, time.shown(layout), zones.UTC) == time


@settings(deadline=None)
@given(
    st.text(alphabet="20060102 Jan_MST-07:5.9Z", max_size=12),
    st.text(alphabet="0123456789 JanFebUTC+-:.Z", max_size=14),
)
def test_faults_are_all_that_is_raised(layout: str, text: str) -> None:
    try:
        layout_reading.read(layout.encode(), text.encode(), zones.UTC)
    except Fault:
        return
