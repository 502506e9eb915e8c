"""Instants and waits as HTTP's headers tell them. Pure. Called by vault.wire."""

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Final

LONGEST_RETRY_AFTER: Final = timedelta(hours=1)


def http_date(text: str) -> datetime | None:
    """Return the instant of a `Date` header, None where it is none (RFC 9110 §5.6.7)."""
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def retry_after(text: str, vault_time: datetime | None) -> timedelta | None:
    """Return the wait that a `Retry-After` asks for, at most an hour; None where it says nothing (RFC 9110 §10.2.3).

    Seconds, or a date, which counts from the `vault_time` of the same answer: our clock may differ.
    """
    try:
        seconds = float(text)
    except ValueError:
        return _until(http_date(text), vault_time)
    if not seconds >= 0:  # also refuses NaN
        return None
    return min(timedelta(seconds=min(seconds, LONGEST_RETRY_AFTER.total_seconds())), LONGEST_RETRY_AFTER)


def _until(moment: datetime | None, vault_time: datetime | None) -> timedelta | None:
    if moment is None or vault_time is None:
        return None
    return min(max(moment - vault_time, timedelta(0)), LONGEST_RETRY_AFTER)
