"""One HTTP request that Event Grid wants made, and what came of those that were."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

TIMEOUT_SECONDS: Final = (
    30.0  # for validation and delivery: https://learn.microsoft.com/azure/event-grid/delivery-and-retry
)


class Kind(StrEnum):
    """What a request is for; the values are those of the header `aeg-event-type`."""

    VALIDATION = "SubscriptionValidation"
    NOTIFICATION = "Notification"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A request to make now, and to report with `EventGrid.answered`. URL and headers may hold keys and tokens.

    `subscription` is an ARM id in lower case; `outgoing` the ids of the events in the body; `code` of a handshake.
    """

    kind: Kind
    subscription: str
    method: str
    url: str = field(repr=False)
    headers: tuple[tuple[str, str], ...] = field(repr=False)
    body: bytes = field(default=b"", repr=False)
    outgoing: tuple[str, ...] = ()
    code: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What came of one delivery, for people to read. `status` is None where no answer came in time.

    `address` has no query. `attempt` counts from 1. `outcome` is the service's word; `next_at` when it is tried again.
    """

    at: datetime
    subscription: str
    address: str
    kind: str
    events: tuple[str, ...]
    subjects: tuple[str, ...]
    types: tuple[str, ...]
    attempt: int
    status: int | None
    outcome: str
    next_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeadLetter:
    """An event that was given up, as the container would hold it. `kept` is False where it has no container."""

    at: datetime
    subscription: str
    event: str
    reason: str
    kept: bool
    container: str
    line: bytes
