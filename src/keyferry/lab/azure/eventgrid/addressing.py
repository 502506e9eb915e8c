"""The headers of a request to an endpoint: what it is, the subscription's own headers, and the token if it wants one.

https://learn.microsoft.com/azure/event-grid/receive-events
https://learn.microsoft.com/azure/event-grid/delivery-properties
"""

from datetime import datetime

from keyferry.lab.azure.eventgrid.bearer import APPLICATION, Tokens
from keyferry.lab.azure.eventgrid.definition import Definition
from keyferry.lab.azure.eventgrid.delivery import Kind
from keyferry.lab.azure.eventgrid.envelope import DATA_VERSION, METADATA_VERSION
from keyferry.lab.azure.eventgrid.filters import field_of
from keyferry.lab.azure.eventgrid.state import Event
from keyferry.lab.azure.sources import named_guid

Headers = tuple[tuple[str, str], ...]


def about(kind: Kind, name: str, attempts: int = 0) -> Headers:
    """Return the `aeg-` headers. `attempts` is how many went before: the first delivery says 0 (from memory)."""
    return (
        ("aeg-subscription-name", name),
        ("aeg-delivery-count", str(attempts)),
        ("aeg-data-version", DATA_VERSION),
        ("aeg-metadata-version", METADATA_VERSION),
        ("aeg-event-type", kind.value),
    )


def attributes(definition: Definition, event: Event) -> Headers:
    """Return the subscription's own headers for one event; a field that the event lacks gives none."""
    found = []
    for each in definition.destination.attributes:
        text = field_of(event, each.source_field, definition.schema) if each.source_field else each.value
        if text is not None:
            found.append((each.name, text))
    return tuple(found)


def fixed(definition: Definition) -> Headers:
    """Return the subscription's own headers that need no event: those of a handshake."""
    return tuple((each.name, each.value) for each in definition.destination.attributes if not each.source_field)


def token(definition: Definition, tokens: Tokens, now: datetime) -> Headers:
    """Return the Authorization header where the endpoint is protected by Entra."""
    hook = definition.destination
    if not hook.tenant_id:
        return ()
    principal = named_guid("service principal", hook.tenant_id, APPLICATION)
    return (("Authorization", f"Bearer {tokens.bearer(hook.tenant_id, hook.audience, principal, now)}"),)
