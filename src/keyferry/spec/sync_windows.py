"""`syncWindows`: when values may be read again. Pure; schedules mean what robfig/cron reads in them, as for upstream.

https://pkg.go.dev/github.com/robfig/cron/v3#hdr-CRON_Expression_Format. The calendar's arithmetic is cronsim's; what it
reads otherwise (7 for Sunday, L, W, #, when day of month and day of week must both fit) is put in robfig's terms first.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from functools import lru_cache
from typing import Any, Final

from cronsim import CronSim, CronSimError

from keyferry.model.errors import SpecError, foreign
from keyferry.spec import durations

_DESCRIPTORS: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_EVERY: Final = "@every "
_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DAYS: Final = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_FIELDS: Final[tuple[tuple[int, int, Mapping[str, int]], ...]] = (
    (0, 59, {}),
    (0, 23, {}),
    (1, 31, {}),
    (1, 12, _MONTHS),
    (0, 6, _DAYS),
)
_TERM: Final = re.compile(r"(?P<low>[*?]|\w+)(-(?P<high>\w+))?(/(?P<step>[0-9]{1,9}))?", re.ASCII)
_SECOND: Final = timedelta(seconds=1)
_INSTANT: Final = timedelta.resolution
_LONGEST_LOOK: Final = timedelta(days=366 * 5)  # robfig gives up after five years


class WindowKind(StrEnum):
    """`kind`: reads inside the windows alone, or outside of them alone."""

    ALLOW = "allow"
    DENY = "deny"


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Opens by `schedule` and stays open for `duration`."""

    schedule: str
    duration: timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SyncWindows:
    """When a refresh that is due by its interval may happen."""

    kind: WindowKind
    windows: tuple[Window, ...]

    def permit(self, now: datetime) -> bool:
        """Tell whether a refresh may happen now. Schedules are read in the zone of `now`."""
        is_open = any(_is_open(window, now) for window in self.windows)
        return is_open is (self.kind is WindowKind.ALLOW)

    def next_look(self, now: datetime) -> timedelta:
        """Return how long until a window opens or closes: before that, `permit` says the same."""
        edges = [edge - now for window in self.windows for edge in _edges(window, now) if edge > now]
        return min(edges, default=_LONGEST_LOOK)


def sync_windows(fields: Mapping[str, Any] | None) -> SyncWindows | None:
    """Return the windows of checked fields, None where there are none."""
    if fields is None:
        return None
    windows = (
        Window(schedule=entry["schedule"], duration=durations.parse(entry["duration"])) for entry in fields["windows"]
    )
    return SyncWindows(kind=WindowKind(fields["kind"]), windows=tuple(windows))


def check_schedule(schedule: str) -> None:
    """Raise `SpecError` for what is no schedule; upstream treats such a window as never open, in silence."""
    if schedule.startswith(_EVERY):
        durations.parse(schedule.removeprefix(_EVERY).strip())
    else:
        _normalised(schedule)


def _is_open(window: Window, now: datetime) -> bool:
    """Upstream looks at one firing alone: the first one strictly after the window's length, and a second, ago."""
    at = now.astimezone(UTC)
    opened = _next(window.schedule, at - window.duration - _SECOND, now.tzinfo)
    return opened is not None and opened <= at <= opened + window.duration


def _edges(window: Window, now: datetime) -> list[datetime]:
    """The instants from which on `_is_open` may say something else: its end belongs to a window."""
    at = now.astimezone(UTC)
    current = _next(window.schedule, at - window.duration - _SECOND, now.tzinfo)
    upcoming = _next(window.schedule, at, now.tzinfo)
    closes = [] if current is None else [current + window.duration + _INSTANT]
    return [*closes, *(close + _SECOND for close in closes), *([] if upcoming is None else [upcoming])]


def _next(schedule: str, after: datetime, zone: tzinfo | None) -> datetime | None:
    """Return the first firing strictly after an instant, None where there is none for years. Both are in UTC.

    Only the calendar is read in the zone: an hour stays an hour when clocks are put forward.
    """
    if schedule.startswith(_EVERY):
        delay = durations.parse(schedule.removeprefix(_EVERY).strip())
        whole = max(delay - timedelta(microseconds=delay.microseconds), _SECOND)
        return after + whole - timedelta(microseconds=after.microsecond)
    try:
        found = next(CronSim(_normalised(schedule), after.astimezone(zone))).astimezone(UTC)
    except (CronSimError, StopIteration):
        return None
    return found if found - after <= _LONGEST_LOOK else None


@lru_cache(maxsize=256)
def _normalised(schedule: str) -> str:
    """Return the five fields as lists of numbers, `*` where robfig sees a star."""
    fields = _DESCRIPTORS.get(schedule, schedule).lower().split()
    if len(fields) != len(_FIELDS):
        raise _no_schedule(schedule)
    return " ".join(_field(schedule, field, *bounds) for field, bounds in zip(fields, _FIELDS, strict=True))


def _field(schedule: str, field: str, least: int, most: int, names: Mapping[str, int]) -> str:
    terms = [_term(schedule, term, (least, most), names) for term in field.split(",")]
    if any(has_star for _, has_star in terms):
        return "*"
    return ",".join(str(value) for value in sorted({value for values, _ in terms for value in values}))


def _term(schedule: str, term: str, bounds: tuple[int, int], names: Mapping[str, int]) -> tuple[range, bool]:
    """Return the numbers of a term, and whether it is a star: one with a step above 1 is none."""
    found = _TERM.fullmatch(term)
    if found is None:
        raise _no_schedule(schedule)
    step = int(found["step"] or 1)
    is_star = found["low"] in "*?" and found["high"] is None
    if is_star:
        low, high = bounds
    else:
        low = _number(schedule, found["low"], names)
        high = _number(schedule, found["high"], names) if found["high"] else bounds[1] if found["step"] else low
    if not bounds[0] <= low <= high <= bounds[1] or step == 0:
        raise _no_schedule(schedule)
    return range(low, high + 1, step), is_star and step == 1


def _number(schedule: str, text: str, names: Mapping[str, int]) -> int:
    if text in names:
        return names[text]
    if not text.isdecimal():
        raise _no_schedule(schedule)
    return int(text[:9])


def _no_schedule(schedule: str) -> SpecError:
    return SpecError(
        what=f'"{foreign(schedule)}" is not a schedule',
        remedy='write minute, hour, day of month, month and day of week (0 to 6), such as "0 22 * * 1-5", or @daily',
    )
