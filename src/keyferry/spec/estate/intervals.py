"""Lengths of time in an estate: durations as Go writes them, none of which is negative."""

from datetime import timedelta

from keyferry.model.errors import SpecError
from keyferry.spec import durations
from keyferry.spec.schema import Complaint


def interval(text: str) -> Complaint | None:
    """Refuse what is no length of time. The text is not repeated: it may be a password in the wrong field."""
    try:
        is_negative = durations.parse(text) < timedelta()
    except (SpecError, OverflowError):
        return Complaint(message="is no duration", remedy='write a number and a unit, such as "30m", "1h" or "1h30m"')
    return Complaint(message="is negative", remedy='write such as "1h"') if is_negative else None
