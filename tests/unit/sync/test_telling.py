"""What is told is told once, with the times that people rely on."""

from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.model.errors import SpecError
from keyferry.spec.conditions import ConditionStatus, find
from keyferry.sync import outcomes, telling
from keyferry.sync.state import Plan, RecordEvent, Rendered, Snapshot, WriteStatus
from tests.fakes.external_secrets import HOUR, NOW, external, parsed

EMPTY = Rendered(data={}, data_hash="", is_empty=False)
PROBLEM = SpecError(what="it is wrong", remedy="mend it")


def written(plan: Plan) -> WriteStatus:
    return next(action for action in plan.actions if isinstance(action, WriteStatus))


def reasons(plan: Plan) -> list[str]:
    return [action.reason for action in plan.actions if isinstance(action, RecordEvent)]


@pytest.mark.parametrize("reason", [pytest.param("SecretSyncedError", id="secret"), pytest.param("Other", id="other")])
def test_a_failure_has_a_condition_and_an_event_with_one_text(reason: str) -> None:
    plan = telling.failed(Snapshot(external=external(), secret=None), PROBLEM, NOW, reason)
    ready = find(written(plan).status.conditions, "Ready")
    assert ready is not None
    assert (ready.status, ready.reason, ready.message) == (ConditionStatus.FALSE, reason, str(PROBLEM))
    assert plan.failure is PROBLEM
    assert reasons(plan) == ["UpdateFailed"]


def test_a_failure_that_is_over_is_taken_back_and_nothing_else_is_written() -> None:
    watched = external()
    spec = parsed(watched)
    broken = written(telling.failed(Snapshot(external=watched, secret=None), PROBLEM, NOW)).status
    failing = Snapshot(external=replace(watched, status=broken), secret=None)
    mended = written(telling.at_rest(failing, spec, NOW, outcomes.INTACT, woken=False)).status
    well = Snapshot(external=replace(watched, status=mended), secret=None)
    assert telling.at_rest(well, spec, NOW, outcomes.INTACT, woken=False).actions == ()


def test_success_tells_when_the_vault_was_asked_and_what_expires_once() -> None:
    watched = external()
    spec = parsed(watched)
    asked = NOW - timedelta(minutes=5)
    rendered = replace(EMPTY, at=asked, expiring=("db-password expires",))
    first = telling.succeeded(Snapshot(external=watched, secret=None), spec, rendered, (), NOW, outcomes.WRITTEN)
    assert written(first).status.refresh_time == asked
    assert written(first).status.binding_name == "db"
    assert first.again_after == HOUR - timedelta(minutes=5)
    assert reasons(first) == ["SecretNearExpiry"]
    later = Snapshot(external=replace(watched, status=written(first).status), secret=None)
    assert telling.succeeded(later, spec, rendered, (), NOW, outcomes.WRITTEN).actions == ()


def test_only_what_is_written_is_bound() -> None:
    watched = external()
    made = telling.succeeded(
        Snapshot(external=watched, secret=None), parsed(watched), EMPTY, (), NOW, outcomes.UNWRITTEN
    )
    assert written(made).status.binding_name == ""


def test_tells_what_was_missing_and_who_stood_in() -> None:
    told = list(telling.reading_events(replace(EMPTY, missing=("a is gone",), fallbacks=("kv-b stood in",))))
    assert [(event.reason, event.warning) for event in told] == [
        ("MissingProviderSecret", False),
        ("FallbackVault", True),
    ]
