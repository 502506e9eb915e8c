from contextlib import suppress
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.spec import durations


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0", timedelta(), id="zero"),
        pytest.param("0s", timedelta(), id="zero-seconds"),
        pytest.param("30s", timedelta(seconds=30), id="seconds"),
        pytest.param("1h0m0s", timedelta(hours=1), id="as-go-prints"),
        pytest.param("1.5h", timedelta(minutes=90), id="fraction"),
        pytest.param(".5m", timedelta(seconds=30), id="fraction-alone"),
        pytest.param("1.m", timedelta(minutes=1), id="point-alone"),
        pytest.param("-5m", timedelta(minutes=-5), id="negative"),
        pytest.param("+5m", timedelta(minutes=5), id="plus"),
        pytest.param("1h30m", timedelta(minutes=90), id="parts"),
        pytest.param("1s1h", timedelta(seconds=3601), id="parts-in-any-order"),
        pytest.param("250ms", timedelta(milliseconds=250), id="milliseconds"),
        pytest.param("7µs", timedelta(microseconds=7), id="micro-sign"),
        pytest.param("7μs", timedelta(microseconds=7), id="greek-mu"),
        pytest.param("7us", timedelta(microseconds=7), id="us"),
        pytest.param("1999ns", timedelta(microseconds=1), id="nanoseconds-are-cut"),
    ],
)
def test_reads_what_go_reads(text: str, expected: timedelta) -> None:
    assert durations.parse(text) == expected


@pytest.mark.parametrize(
    "text",
    ["", "5", "1 h", "h", ".s", "-", "+", "1d", "1h-5m", "1H", "1e3s", "١s", "300y", "9999999h", "1s" * 100, " 1s"],
)
def test_refuses_what_go_refuses(text: str) -> None:
    with pytest.raises(SpecError):
        durations.parse(text)


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        pytest.param(timedelta(), "0s", id="zero"),
        pytest.param(timedelta(hours=1), "1h0m0s", id="hour"),
        pytest.param(timedelta(days=2), "48h0m0s", id="days-are-hours"),
        pytest.param(timedelta(minutes=1), "1m0s", id="minute"),
        pytest.param(timedelta(seconds=1.5), "1.5s", id="fraction"),
        pytest.param(timedelta(milliseconds=20), "20ms", id="milliseconds"),
        pytest.param(timedelta(microseconds=1500), "1.5ms", id="fraction-of-milliseconds"),
        pytest.param(timedelta(microseconds=15), "15µs", id="microseconds"),
        pytest.param(timedelta(seconds=-90), "-1m30s", id="negative"),
    ],
)
def test_prints_as_go_does(duration: timedelta, expected: str) -> None:
    assert durations.render(duration) == expected


@given(st.timedeltas(min_value=timedelta(days=-90000), max_value=timedelta(days=90000)))
def test_reads_what_it_prints(duration: timedelta) -> None:
    assert durations.parse(durations.render(duration)) == duration


@given(st.text(max_size=20))
def test_takes_or_refuses_any_text(text: str) -> None:
    with suppress(SpecError):
        durations.parse(text)
