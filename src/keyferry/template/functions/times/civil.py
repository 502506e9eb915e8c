"""The Gregorian calendar, reckoned backwards and forwards without end, as Go's time package does.

Days are counted from 1970-01-01. Python's datetime knows the years 1 to 9999 alone.
"""

from typing import Final

MONTHS: Final = (
    b"January",
    b"February",
    b"March",
    b"April",
    b"May",
    b"June",
    b"July",
    b"August",
    b"September",
    b"October",
    b"November",
    b"December",
)
WEEKDAYS: Final = (b"Sunday", b"Monday", b"Tuesday", b"Wednesday", b"Thursday", b"Friday", b"Saturday")
DAY: Final = 86_400  # seconds
CYCLE_DAYS: Final = 146_097  # of 400 years, after which the calendar repeats, weekdays too
_CYCLE_YEARS: Final = 400
_DAYS_BEFORE: Final = (0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365)
_FEBRUARY: Final = 2
_THURSDAY: Final = 4  # 1970-01-01


def is_leap(year: int) -> bool:
    """Say whether a year has a 29th of February."""
    return year % 4 == 0 and (year % 100 != 0 or year % _CYCLE_YEARS == 0)


def days_before(month: int, *, leap: bool) -> int:
    """Return the days of a year before a month, 1 to 13."""
    return _DAYS_BEFORE[month - 1] + (1 if leap and month > _FEBRUARY else 0)


def days_in(month: int, year: int) -> int:
    """Return the length of a month."""
    leap = is_leap(year)
    return days_before(month + 1, leap=leap) - days_before(month, leap=leap)


def day_number(year: int, month: int, day: int) -> int:
    """Return the day of a date. Months and days may lie outside of the year and month: they carry over."""
    year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return _days_before_year(year) + days_before(month, leap=is_leap(year)) + day - 1


def date_of(number: int) -> tuple[int, int, int]:
    """Return year, month and day of the month of a day."""
    year, year_day = year_of(number)
    leap = is_leap(year)
    month = next(month for month in range(12, 0, -1) if days_before(month, leap=leap) < year_day)
    return year, month, year_day - days_before(month, leap=leap)


def year_of(number: int) -> tuple[int, int]:
    """Return the year of a day, and its number in that year from 1."""
    year = 1970 + number * _CYCLE_YEARS // CYCLE_DAYS  # at most one off
    while _days_before_year(year) > number:
        year -= 1
    while _days_before_year(year + 1) <= number:
        year += 1
    return year, number - _days_before_year(year) + 1


def weekday_of(number: int) -> int:
    """Return the day of the week, 0 for Sunday."""
    return (number + _THURSDAY) % 7


def _days_before_year(year: int) -> int:
    before = year - 1
    return before * 365 + before // 4 - before // 100 + before // _CYCLE_YEARS - 719_162
