"""Durations of rotation policies: ISO 8601 with years, months and days alone, as P90D or P1Y10D.

https://learn.microsoft.com/azure/key-vault/keys/how-to-configure-key-rotation
"""

import calendar
import re
from datetime import UTC, datetime, timedelta
from typing import Final

_DURATION: Final = re.compile(r"P(?=\d)(?:(\d{1,4})Y)?(?:(\d{1,5})M)?(?:(\d{1,6})D)?")
_LAST_YEAR: Final = 9999


def days(text: str) -> int:
    """Return the least number of days that the duration can be, 0 where the text is none."""
    years, months, rest = _parts(text)
    return years * 365 + months * 28 + rest


def after(seconds: int, text: str) -> int:
    """Return the instant a duration after `seconds`. A month's end stays a month's end; the year 9999 is the last."""
    return _moved(seconds, text, 1)


def before(seconds: int, text: str) -> int:
    """Return the instant a duration before `seconds`."""
    return _moved(seconds, text, -1)


def _moved(seconds: int, text: str, sign: int) -> int:
    years, months, rest = _parts(text)
    start = datetime.fromtimestamp(seconds, UTC)
    month = start.year * 12 + start.month - 1 + sign * (years * 12 + months)
    year, month = divmod(min(max(month, 1970 * 12), _LAST_YEAR * 12 + 11), 12)
    last_day = calendar.monthrange(year, month + 1)[1]
    moved = start.replace(year=year, month=month + 1, day=min(start.day, last_day))
    limit = datetime(_LAST_YEAR, 12, 31, 23, 59, 59, tzinfo=UTC) if sign > 0 else datetime(1970, 1, 1, tzinfo=UTC)
    room = abs(limit - moved)
    return int((moved + sign * min(timedelta(days=rest), room)).timestamp())


def _parts(text: str) -> tuple[int, int, int]:
    match = _DURATION.fullmatch(text)
    if match is None:
        return 0, 0, 0
    years, months, rest = (int(part or 0) for part in match.groups())
    return years, months, rest
