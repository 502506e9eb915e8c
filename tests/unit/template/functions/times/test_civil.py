"""The calendar goes on before year 1 and after year 9999."""

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.times import civil

EPOCH = date(1970, 1, 1).toordinal()


@settings(deadline=None)
@given(st.dates())
def test_reckons_as_python(day: date) -> None:
    number = day.toordinal() - EPOCH
    assert civil.day_number(day.year, day.month, day.day) == number
    assert civil.date_of(number) == (day.year, day.month, day.day)
    assert civil.year_of(number) == (day.year, day.timetuple().tm_yday)
    assert civil.weekday_of(number) == day.isoweekday() % 7


@settings(deadline=None)
@given(st.integers(-(10**15), 10**15))
def test_finds_every_day_again(number: int) -> None:
    assert civil.day_number(*civil.date_of(number)) == number


@pytest.mark.parametrize(
    ("year", "leap"),
    [
        pytest.param(2024, True, id="by-four"),
        pytest.param(1900, False, id="by-hundred"),
        pytest.param(2000, True, id="by-four-hundred"),
        pytest.param(0, True, id="year-zero"),
        pytest.param(-1, False, id="before"),
    ],
)
def test_leap_years(year: int, leap: bool) -> None:
    assert civil.is_leap(year) is leap
    assert civil.days_in(2, year) == (29 if leap else 28)


def test_the_last_day_of_a_late_leap_year() -> None:
    assert civil.year_of(civil.day_number(2096, 12, 31)) == (2096, 366)


def test_days_and_months_carry_over() -> None:
    assert civil.day_number(2023, 14, 30) == civil.day_number(2024, 3, 1)
    assert civil.day_number(2024, 0, 1) == civil.day_number(2023, 12, 1)
