"""Lengths of time in an estate: durations as Go writes them, none of which is negative."""

from datetime import timedelta
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.spec import durations
from keyferry.spec.schema import Complaint

# What Azure's log alerts take. https://learn.microsoft.com/azure/azure-monitor/alerts/alerts-create-log-alert-rule
_WINDOWS: Final = frozenset(timedelta(minutes=each) for each in (5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440))


def interval(text: str) -> Complaint | None:
    """Refuse what is no length of time. The text is not repeated: it may be a password in the wrong field."""
    try:
        is_negative = durations.parse(text) < timedelta()
    except (SpecError, OverflowError):
        return Complaint(message="is no duration", remedy='write a number and a unit, such as "30m", "1h" or "1h30m"')
    return Complaint(message="is negative", remedy='write such as "1h"') if is_negative else None


def window(text: str) -> Complaint | None:
    """Refuse what is no window of an alert."""
    complaint = interval(text)
    if complaint is not None or durations.parse(text) in _WINDOWS:
        return complaint
    return Complaint(message="is no window that Azure has", remedy="write 5m, 10m, 15m, 30m, 45m, 1h to 6h, or 24h")
