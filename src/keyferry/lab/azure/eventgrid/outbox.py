"""Events on their way: which are due, and how they go together into requests.

https://learn.microsoft.com/azure/event-grid/delivery-and-retry#output-batching
"""

from collections.abc import Iterable, Iterator
from datetime import datetime

from keyferry.lab.azure.eventgrid import addressing, envelope
from keyferry.lab.azure.eventgrid.bearer import Tokens
from keyferry.lab.azure.eventgrid.delivery import Delivery, Kind
from keyferry.lab.azure.eventgrid.state import Outgoing, Subscription


def batches(subscription: Subscription, due: Iterable[Outgoing]) -> Iterator[tuple[Outgoing, ...]]:
    """Yield the due events in the groups that the subscription allows, in the order given.

    A group has at most `max_events`, one set of headers, and at most the preferred size; an event that is larger than
    that goes alone.
    """
    definition = subscription.definition
    most, limit_bytes = definition.destination.max_events, definition.destination.preferred_kilobytes * 1024
    group: list[Outgoing] = []
    taken, shared = 0, None
    for each in due:
        size = envelope.size(each.event, definition.schema)
        headers = addressing.attributes(definition, each.event)
        if group and (len(group) == most or taken + size > limit_bytes or headers != shared):
            yield tuple(group)
            group, taken = [], 0
        group.append(each)
        taken, shared = taken + size, headers
    if group:
        yield tuple(group)


def delivery(subscription: Subscription, group: tuple[Outgoing, ...], tokens: Tokens, now: datetime) -> Delivery:
    """Return the request that carries the group."""
    definition = subscription.definition
    events = [each.event for each in group]
    batched = definition.destination.max_events > 1
    content_type, body = envelope.body(events, definition.schema, batched=batched)
    return Delivery(
        kind=Kind.NOTIFICATION,
        subscription=subscription.id.lower(),
        method="POST",
        url=definition.destination.url,
        headers=(
            *addressing.about(Kind.NOTIFICATION, subscription.name, max(each.attempts for each in group)),
            *addressing.attributes(definition, events[0]),
            *addressing.token(definition, tokens, now),
            ("Content-Type", content_type),
        ),
        body=body,
        outgoing=tuple(each.id for each in group),
    )
