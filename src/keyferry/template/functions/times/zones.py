"""Time zones by name, and their offset and abbreviation at an instant."""

import re
from dataclasses import dataclass
from datetime import UTC as PYTHON_UTC
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Final

from keyferry.template.functions.times import civil

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=PYTHON_UTC)
_CYCLE: Final = civil.CYCLE_DAYS * civil.DAY
_EARLIEST: Final = civil.day_number(2, 1, 1) * civil.DAY  # Python's years, less one for the offset
_LATEST: Final = civil.day_number(9998, 1, 1) * civil.DAY
_HALF_A_YEAR: Final = 182 * civil.DAY
_NAME: Final = re.compile(r"[A-Za-z0-9_+-]+(?:/[A-Za-z0-9_+-]+)*")
_LONGEST_NAME: Final = 64


@dataclass(frozen=True, slots=True)
class Zone:
    """A place's time. Without a region it is always `offset` seconds ahead of UTC, and called `name`."""

    name: str
    offset: int = 0
    region: tzinfo | None = None

    def at(self, second: int) -> tuple[str, int]:
        """Return abbreviation and offset at a second since 1970 UTC."""
        if self.region is None:
            return self.name, self.offset
        local = (_EPOCH + timedelta(seconds=_in_range(second))).astimezone(self.region)
        offset = local.utcoffset() or timedelta()
        return local.tzname() or "", round(offset.total_seconds())

    def second_of(self, wall: int) -> int:
        """Return the second since 1970 UTC at which the clocks of the zone show `wall`, a second counted as of UTC."""
        offset = self.at(wall)[1]
        return wall - self.at(wall - offset)[1]

    def offset_called(self, abbreviation: str, wall: int) -> int | None:
        """Return the offset that an abbreviation has in this zone about `wall`, None where it means nothing there."""
        for second in (wall, wall - _HALF_A_YEAR, wall + _HALF_A_YEAR):
            name, offset = self.at(second)
            if name == abbreviation:
                return offset
        return None


UTC: Final = Zone("UTC")


def local(place: tzinfo) -> Zone:
    """Return the zone of the process, by Python's name for it."""
    return UTC if place is PYTHON_UTC else Zone("Local", region=place)


@lru_cache(maxsize=128)
def named(name: str) -> Zone:
    """Return the zone of a name such as `Europe/Paris`, UTC for one that nobody knows."""
    import zoneinfo  # noqa: PLC0415  (8 ms, which templates without zones need not wait for)

    if name in {"", "UTC"} or len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        return UTC
    try:
        return Zone(name, region=zoneinfo.ZoneInfo(name))
    except (LookupError, ValueError, OSError):  # OSError: `Europe` is a folder
        return UTC


def _in_range(second: int) -> int:
    """Return a second of the same weekday and date in a year that Python knows."""
    if second < _EARLIEST:
        return second + -((second - _EARLIEST) // _CYCLE) * _CYCLE
    if second >= _LATEST:
        return second - ((second - _LATEST) // _CYCLE + 1) * _CYCLE
    return second
