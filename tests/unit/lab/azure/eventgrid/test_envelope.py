import json
from datetime import UTC, datetime, timedelta, timezone

import pytest

from keyferry.lab.azure.eventgrid import envelope
from keyferry.lab.azure.eventgrid.definition import Schema
from tests.fakes import lab_grid

EVENT = lab_grid.event()
EVENT_GRID = {
    "id": EVENT.id,
    "topic": lab_grid.VAULT_ID,
    "subject": "db-password",
    "eventType": "Microsoft.KeyVault.SecretNewVersionCreated",
    "eventTime": "2026-11-22T12:00:00.0000000Z",
    "data": dict(EVENT.data),
    "dataVersion": "1",
    "metadataVersion": "1",
}
CLOUD_EVENT = {
    "id": EVENT.id,
    "source": lab_grid.VAULT_ID,
    "specversion": "1.0",
    "type": "Microsoft.KeyVault.SecretNewVersionCreated",
    "subject": "db-password",
    "time": "2026-11-22T12:00:00.0000000Z",
    "dataschema": "#1",
    "data": dict(EVENT.data),
}


@pytest.mark.parametrize(
    ("schema", "batched", "content_type", "content"),
    [
        pytest.param(Schema.EVENT_GRID, False, "application/json; charset=utf-8", [EVENT_GRID], id="event-grid"),
        pytest.param(Schema.EVENT_GRID, True, "application/json; charset=utf-8", [EVENT_GRID], id="event-grid-batched"),
        pytest.param(
            Schema.CLOUD_EVENTS, False, "application/cloudevents+json; charset=utf-8", CLOUD_EVENT, id="cloud-event"
        ),
        pytest.param(
            Schema.CLOUD_EVENTS, True, "application/cloudevents-batch+json; charset=utf-8", [CLOUD_EVENT], id="batched"
        ),
    ],
)
def test_body(schema: Schema, batched: bool, content_type: str, content: object) -> None:
    got_type, body = envelope.body([EVENT], schema, batched=batched)
    assert (got_type, json.loads(body)) == (content_type, content)


def test_size_is_that_of_the_event_alone() -> None:
    assert envelope.size(EVENT, Schema.EVENT_GRID) == len(json.dumps(EVENT_GRID))


@pytest.mark.parametrize(
    ("schema", "name"),
    [
        pytest.param(Schema.EVENT_GRID, "deadLetterReason", id="event-grid"),
        pytest.param(Schema.CLOUD_EVENTS, "deadletterreason", id="cloud-events-are-lower-case"),
    ],
)
def test_a_dead_letter_has_the_event_and_why(schema: Schema, name: str) -> None:
    content = json.loads(envelope.dead_letter(EVENT, schema, {"deadLetterReason": "why"}))
    assert (content["id"], content[name]) == (EVENT.id, "why")


@pytest.mark.parametrize(
    ("time", "text"),
    [
        pytest.param(datetime(2026, 1, 2, 3, 4, 5, 678901, UTC), "2026-01-02T03:04:05.6789010Z", id="utc"),
        pytest.param(
            datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone(timedelta(hours=1))), "2026-01-02T02:04:05.0000000Z", id="cet"
        ),
    ],
)
def test_instant(time: datetime, text: str) -> None:
    assert envelope.instant(time) == text
