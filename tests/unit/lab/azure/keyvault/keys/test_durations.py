from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.keyvault.keys import durations


def _seconds(text: str) -> int:
    return int(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp())


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        pytest.param("2026-01-31", "P1M", "2026-02-28", id="month-end"),
        pytest.param("2026-01-31", "P30D", "2026-03-02", id="days"),
        pytest.param("2024-02-29", "P1Y10D", "2025-03-10", id="leap-year"),
        pytest.param("2026-11-22", "P2Y3M", "2029-02-22", id="years-and-months"),
    ],
)
def test_after_and_before(start: str, duration: str, end: str) -> None:
    assert durations.after(_seconds(start), duration) == _seconds(end)


def test_before_goes_back() -> None:
    assert durations.before(_seconds("2026-03-31"), "P1M") == _seconds("2026-02-28")
    assert durations.before(_seconds("1971-01-01"), "P9Y9D") == _seconds("1970-01-01")


@pytest.mark.parametrize(
    ("text", "days"),
    [("P28D", 28), ("P1M", 28), ("P1Y", 365), ("P1Y2M3D", 365 + 56 + 3), ("", 0), ("P", 0), ("PT1H", 0), ("28", 0)],
)
def test_days_are_the_least_it_can_be(text: str, days: int) -> None:
    assert durations.days(text) == days


@given(st.integers(0, 253_402_300_799), st.integers(0, 9999), st.integers(0, 99999), st.integers(0, 999_999))
def test_any_duration_ends_within_the_calendar(start: int, years: int, months: int, days: int) -> None:
    text = f"P{years}Y{months}M{days}D"
    assert 0 <= durations.before(start, text) <= start
    assert start - 86400 <= durations.after(start, text) <= 253_402_300_799
