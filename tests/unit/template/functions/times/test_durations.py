"""Durations are read, written and rounded as Go does."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.arithmetic.strconv import MAX_INT64, MIN_INT64
from keyferry.template.functions.function import Fault
from keyferry.template.functions.times import durations
from keyferry.template.functions.times.durations import HOUR, MINUTE, SECOND


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0", 0, id="zero"),
        pytest.param("-0", 0, id="minus-zero"),
        pytest.param("1h30m10s", HOUR + 30 * MINUTE + 10 * SECOND, id="several"),
        pytest.param("-1.5h", -90 * MINUTE, id="a-fraction"),
        pytest.param("+.5s", SECOND // 2, id="no-whole-part"),
        pytest.param("5.s", 5 * SECOND, id="no-fraction-after-the-point"),
        pytest.param("1ns2us3ms", 3_002_001, id="small-units"),
        pytest.param("1\u00b5s1\u03bcs", 2000, id="micro"),
        pytest.param("-9223372036854775808ns", MIN_INT64, id="the-least"),
    ],
)
def test_reads(text: str, expected: int) -> None:
    assert durations.parse(text.encode()) == expected


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("", id="nothing"),
        pytest.param("-", id="a-sign"),
        pytest.param("5", id="no-unit"),
        pytest.param("s", id="no-number"),
        pytest.param(".s", id="a-point"),
        pytest.param("1d", id="no-such-unit"),
        pytest.param("1h x", id="more"),
        pytest.param("9223372036854775808ns", id="too-long-for-64-bits"),
        pytest.param("1h" * 1000, id="too-long-to-read"),
    ],
)
def test_faults(text: str) -> None:
    with pytest.raises(Fault):
        durations.parse(text.encode())


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        pytest.param(0, "0s", id="nothing"),
        pytest.param(1, "1ns", id="nanoseconds"),
        pytest.param(1500, "1.5\u00b5s", id="microseconds"),
        pytest.param(-20_000_000, "-20ms", id="milliseconds"),
        pytest.param(1_050_000_000, "1.05s", id="seconds"),
        pytest.param(MINUTE, "1m0s", id="minutes"),
        pytest.param(HOUR + SECOND, "1h0m1s", id="hours"),
        pytest.param(MIN_INT64, "-2562047h47m16.854775808s", id="the-least"),
    ],
)
def test_writes(duration: int, expected: str) -> None:
    assert durations.text_of(duration) == expected.encode()


@settings(deadline=None)
@given(st.integers(MIN_INT64, MAX_INT64).filter(lambda each: abs(each) >= SECOND or each % 1000 == 0))
def test_reads_what_it_wrote(duration: int) -> None:
    assert abs(durations.parse(durations.text_of(duration)) - duration) <= 1  # Go reads fractions by floats


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        pytest.param(SECOND // 2, SECOND, id="half-away-from-zero"),
        pytest.param(-SECOND // 2, -SECOND, id="half-below-zero"),
        pytest.param(SECOND // 2 - 1, 0, id="less-than-half"),
        pytest.param(MAX_INT64, MAX_INT64, id="the-longest"),
    ],
)
def test_rounds(duration: int, expected: int) -> None:
    assert durations.rounded(duration, SECOND) == expected


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        pytest.param(500_000_000, b"0s", id="less-than-a-second"),
        pytest.param(45 * SECOND, b"45s", id="seconds"),
        pytest.param(-90 * SECOND, b"1m", id="minutes"),
        pytest.param(HOUR, b"60m", id="no-more-than-an-hour"),
        pytest.param(3 * HOUR, b"3h", id="hours"),
        pytest.param(50 * HOUR, b"2d", id="days"),
        pytest.param(24 * 40 * HOUR, b"1mo", id="months"),
        pytest.param(24 * 800 * HOUR, b"2y", id="years"),
    ],
)
def test_says_the_largest_unit(duration: int, expected: bytes) -> None:
    assert durations.largest_unit(duration) == expected
