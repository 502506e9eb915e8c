"""Events as bytes, in both schemas.

https://learn.microsoft.com/azure/event-grid/event-schema
https://learn.microsoft.com/azure/event-grid/cloud-event-schema
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from keyferry.lab.azure.eventgrid.definition import Schema
from keyferry.lab.azure.eventgrid.state import Event

DATA_VERSION: Final = "1"
METADATA_VERSION: Final = "1"
_JSON: Final = "application/json; charset=utf-8"
_CLOUD_EVENT: Final = "application/cloudevents+json; charset=utf-8"
_CLOUD_EVENTS: Final = "application/cloudevents-batch+json; charset=utf-8"


def document(event: Event, schema: Schema) -> dict[str, Any]:
    """Return the event as the schema has it. The data's names are in PascalCase in both."""
    if schema is Schema.CLOUD_EVENTS:
        return {
            "id": event.id,
            "source": event.topic,
            "specversion": "1.0",
            "type": event.type,
            "subject": event.subject,
            "time": instant(event.time),
            "dataschema": f"#{DATA_VERSION}",
            "data": dict(event.data),
        }
    return {
        "id": event.id,
        "topic": event.topic,
        "subject": event.subject,
        "eventType": event.type,
        "eventTime": instant(event.time),
        "data": dict(event.data),
        "dataVersion": DATA_VERSION,
        "metadataVersion": METADATA_VERSION,
    }


def body(events: Sequence[Event], schema: Schema, *, batched: bool) -> tuple[str, bytes]:
    """Return the content type and the body: always an array, but for CloudEvents that are not `batched` one object."""
    documents = [document(event, schema) for event in events]
    if schema is Schema.EVENT_GRID:
        return _JSON, json.dumps(documents).encode()
    if batched:
        return _CLOUD_EVENTS, json.dumps(documents).encode()
    return _CLOUD_EVENT, json.dumps(documents[0]).encode()


def size(event: Event, schema: Schema) -> int:
    """Return how many bytes the event takes in a body."""
    return len(json.dumps(document(event, schema)))


def dead_letter(event: Event, schema: Schema, facts: Mapping[str, str | int]) -> bytes:
    """Return the event as a blob of undeliverable events has it: with `facts`, lower-cased names in CloudEvents."""
    named = {name.lower() if schema is Schema.CLOUD_EVENTS else name: value for name, value in facts.items()}
    return json.dumps({**document(event, schema), **named}).encode()


def instant(time: datetime) -> str:
    """Return RFC 3339 in UTC with seven digits after the second, as the service writes it."""
    return f"{time.astimezone(UTC):%Y-%m-%dT%H:%M:%S.%f}0Z"
