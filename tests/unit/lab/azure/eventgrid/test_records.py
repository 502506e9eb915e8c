import json
from dataclasses import replace

import pytest

from keyferry.lab.azure.eventgrid import records
from keyferry.lab.azure.eventgrid.definition import DeadLetterBlob
from keyferry.lab.azure.eventgrid.handshake import Agreed
from keyferry.lab.azure.eventgrid.state import Outgoing
from tests.fakes import lab_grid
from tests.fakes.lab_grid import HOOK, NOW, later

BLOB = DeadLetterBlob(resource_id="/s", container="dead")


def _lost(**changes: object) -> Outgoing:
    lost = Outgoing(id="o", number=1, subscription="s", event=lab_grid.event(), published=NOW, due=NOW, dead="Why")
    for name, value in changes.items():
        setattr(lost, name, value)
    return lost


def test_an_attempt_shows_no_key() -> None:
    known = lab_grid.only(lab_grid.subscribed())
    attempt = records.notified(known, [_lost(attempts=2)], 404, NOW, later(minutes=5))
    assert (attempt.status, attempt.outcome, attempt.attempt) == (404, "NotFound", 2)
    assert (attempt.subjects, attempt.next_at) == (("db-password",), later(minutes=5))
    assert "very-secret" not in repr(attempt)


def test_a_handshake() -> None:
    known = lab_grid.only(lab_grid.subscribed())
    attempt = records.asked(known, HOOK.destination.base_url, Agreed(), 200, NOW)
    assert (attempt.kind, attempt.outcome, attempt.events) == ("SubscriptionValidation", "Agreed", ())


@pytest.mark.parametrize(
    ("lost", "expected"),
    [
        pytest.param(
            _lost(attempts=3, outcome="NotFound", last_attempt=later(hours=1)),
            {
                "deadLetterReason": "Why",
                "deliveryAttempts": 3,
                "lastDeliveryOutcome": "NotFound",
                "publishTime": "2026-11-22T12:00:00.0000000Z",
                "lastDeliveryAttemptTime": "2026-11-22T13:00:00.0000000Z",
            },
            id="tried",
        ),
        pytest.param(_lost(), {"deliveryAttempts": 0, "lastDeliveryAttemptTime": None}, id="never-tried"),
    ],
)
def test_a_dead_letter(lost: Outgoing, expected: dict[str, object]) -> None:
    known = lab_grid.only(lab_grid.subscribed(replace(HOOK, dead_letter=BLOB)))
    letter = records.given_up(known, lost, NOW)
    content = json.loads(letter.line)
    assert (letter.kept, letter.container, letter.reason) == (True, "dead", "Why")
    assert content["id"] == lost.event.id
    assert {name: content.get(name) for name in expected} == expected


def test_an_event_without_a_container_is_gone() -> None:
    letter = records.given_up(lab_grid.only(lab_grid.subscribed()), _lost(), NOW)
    assert (letter.kept, letter.line) == (False, b"")
