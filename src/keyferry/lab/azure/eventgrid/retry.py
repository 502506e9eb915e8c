"""What follows an attempt: delivered, tried again, or given up.

https://learn.microsoft.com/azure/event-grid/delivery-and-retry
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from keyferry.lab.azure.eventgrid.definition import Definition
from keyferry.lab.azure.eventgrid.state import Outgoing

SUCCESS: Final = range(200, 205)  # 205 and above, and redirects, are failures
DEAD_LETTER_DELAY: Final = timedelta(minutes=5)
TOO_OLD: Final = "TimeToLiveExceeded"
TOO_OFTEN: Final = "MaxDeliveryAttemptsExceeded"
REFUSED: Final = "UndeliverableDueToClientError"  # the lab's word for 400 and 413; the service's is not documented

# The newer of the two published schedules; the older one goes on hourly after the first hour.
SCHEDULE: Final = tuple(
    timedelta(seconds=seconds) for seconds in (10, 30, 60, 300, 600, 1800, 3600, 10_800, 21_600, 43_200)
)
_MINIMUM: Final = {400: 300, 401: 300, 403: 300, 404: 300, 408: 120, 413: 10, 503: 30}
_OTHER_MINIMUM: Final = 10
_FINAL: Final = (400, 413)
_OUTCOMES: Final[Mapping[int, str]] = {
    400: "BadRequest",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    408: "TimedOut",
    413: "PayloadTooLarge",
    429: "Busy",
    503: "Busy",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """The endpoint took it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Again:
    """It is tried again at `at`, or given up then where its time is over."""

    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Dead:
    """It is given up, for `reason`."""

    reason: str


def outcome(status: int | None) -> str:
    """Return the service's word for an answer; None is no answer in time."""
    if status is None:
        return "TimedOut"
    return "Delivered" if status in SUCCESS else _OUTCOMES.get(status, "GenericError")


def expiry(outgoing: Outgoing, definition: Definition) -> datetime:
    """Return the instant after which the event is not tried any more."""
    return outgoing.published + timedelta(minutes=definition.retry.minutes_to_live)


def verdict(
    outgoing: Outgoing, status: int | None, definition: Definition, now: datetime, schedule: tuple[timedelta, ...]
) -> Delivered | Again | Dead:
    """Return what follows the attempt that `status` answered. `outgoing.attempts` counts it already."""
    if status in SUCCESS:
        return Delivered()
    if status in _FINAL and definition.dead_letter is not None:
        return Dead(reason=REFUSED)
    if outgoing.attempts >= definition.retry.max_attempts:
        return Dead(reason=TOO_OFTEN)
    wait = schedule[min(outgoing.attempts, len(schedule)) - 1]
    least = timedelta(seconds=_MINIMUM.get(status or 0, _OTHER_MINIMUM))
    return Again(at=min(now + max(wait, least), expiry(outgoing, definition)))
