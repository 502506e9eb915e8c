"""What is written down of deliveries: each attempt for people to see, and events that were given up.

https://learn.microsoft.com/azure/event-grid/manage-event-delivery (fields of dead-lettered events)
"""

from datetime import datetime

from keyferry.lab.azure.eventgrid import envelope, retry
from keyferry.lab.azure.eventgrid.delivery import Attempt, DeadLetter, Kind
from keyferry.lab.azure.eventgrid.handshake import EVENT_TYPE, Agreed, ByHand, Declined
from keyferry.lab.azure.eventgrid.state import Outgoing, Subscription


def notified(
    subscription: Subscription, group: list[Outgoing], status: int | None, now: datetime, next_at: datetime | None
) -> Attempt:
    """Return the record of a delivery of events."""
    return Attempt(
        at=now,
        subscription=subscription.id,
        address=subscription.definition.destination.base_url,
        kind=Kind.NOTIFICATION,
        events=tuple(each.event.id for each in group),
        subjects=tuple(each.event.subject for each in group),
        types=tuple(each.event.type for each in group),
        attempt=max(each.attempts for each in group),
        status=status,
        outcome=retry.outcome(status),
        next_at=next_at,
    )


def asked(
    subscription: Subscription, address: str, outcome: Agreed | ByHand | Declined, status: int | None, now: datetime
) -> Attempt:
    """Return the record of a handshake."""
    return Attempt(
        at=now,
        subscription=subscription.id,
        address=address,
        kind=Kind.VALIDATION,
        events=(),
        subjects=(),
        types=(EVENT_TYPE,),
        attempt=1,
        status=status,
        outcome=type(outcome).__name__,
    )


def given_up(subscription: Subscription, lost: Outgoing, now: datetime) -> DeadLetter:
    """Return the event that was given up; `line` is empty where there is no container for it."""
    container = subscription.definition.dead_letter
    return DeadLetter(
        at=now,
        subscription=subscription.id,
        event=lost.event.id,
        reason=lost.dead,
        kept=container is not None,
        container="" if container is None else container.container,
        line=b"" if container is None else _line(subscription, lost),
    )


def _line(subscription: Subscription, lost: Outgoing) -> bytes:
    facts: dict[str, str | int] = {
        "deadLetterReason": lost.dead,
        "deliveryAttempts": lost.attempts,
        "lastDeliveryOutcome": lost.outcome,
        "publishTime": envelope.instant(lost.published),
    }
    if lost.last_attempt is not None:
        facts["lastDeliveryAttemptTime"] = envelope.instant(lost.last_attempt)
    return envelope.dead_letter(lost.event, subscription.definition.schema, facts)
