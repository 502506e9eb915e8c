"""The zone in which schedules are read: UTC, or what the environment variable TZ names."""

from datetime import UTC, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from keyferry.model.errors import SpecError, foreign


def named(name: str) -> tzinfo:
    """Return the zone of that name, UTC for "". Raises SpecError for a name that the zone database does not have."""
    if not name:
        return UTC
    try:
        return ZoneInfo(name.removeprefix(":"))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise SpecError(
            what=f'"{foreign(name)}" is not a time zone',
            cause="TZ names it, and sync windows and templates are read in it",
            remedy="set TZ to a name such as Europe/Berlin, or leave it out for UTC",
        ) from None
