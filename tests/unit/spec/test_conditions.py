from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from keyferry.spec import conditions
from keyferry.spec.conditions import Condition, ConditionStatus, ExternalSecretStatus, SecretStoreStatus

NOON = datetime(2026, 3, 1, 12, 0, 0, 500, tzinfo=UTC)
SYNCED = conditions.ready(is_ready=True, reason="SecretSynced", message="2 keys")
FAILED = conditions.ready(is_ready=False, reason="SecretSyncedError", message="403")
EARLIER = datetime(2026, 1, 1, tzinfo=UTC)


def dated(condition: Condition, instant: datetime) -> Condition:
    (only,) = conditions.with_condition((), condition, instant)
    return only


@pytest.mark.parametrize(
    ("present", "wanted", "expected"),
    [
        pytest.param((), SYNCED, (dated(SYNCED, NOON),), id="the-first-is-dated"),
        pytest.param((dated(SYNCED, EARLIER),), SYNCED, (dated(SYNCED, EARLIER),), id="the-same-stays-equal"),
        pytest.param((dated(SYNCED, EARLIER),), FAILED, (dated(FAILED, NOON),), id="a-flip-moves-the-time"),
        pytest.param(
            (dated(FAILED, EARLIER),),
            conditions.ready(is_ready=False, reason="SecretSyncedError", message="429"),
            (dated(conditions.ready(is_ready=False, reason="SecretSyncedError", message="429"), EARLIER),),
            id="another-message-keeps-the-time",
        ),
    ],
)
def test_the_time_moves_when_the_status_flips(
    present: tuple[Condition, ...], wanted: Condition, expected: tuple[Condition, ...]
) -> None:
    assert conditions.with_condition(present, wanted, NOON) == expected


def test_other_types_stay_where_they_are() -> None:
    other = Condition(type="Deleted", status=ConditionStatus.UNKNOWN, reason="r", message="m")
    changed = conditions.with_condition((other, dated(SYNCED, EARLIER)), FAILED, NOON)
    assert changed == (other, dated(FAILED, NOON))
    assert conditions.find(changed, "Deleted") is other
    assert conditions.find(changed, "Nope") is None


def test_statuses_are_read_back_as_written() -> None:
    status = ExternalSecretStatus(
        refresh_time=conditions.to_seconds(NOON),
        synced_resource_version="1-abc",
        conditions=(dated(SYNCED, NOON),),
        binding_name="app",
    )
    document = status.to_document()
    assert document["refreshTime"] == "2026-03-01T12:00:00Z"
    assert document["binding"] == {"name": "app"}
    assert ExternalSecretStatus.read({"status": document}) == status
    store = SecretStoreStatus(capabilities="ReadWrite", conditions=(dated(SYNCED, NOON),))
    assert SecretStoreStatus.read({"status": store.to_document()}) == store


def test_empty_statuses_say_nothing() -> None:
    assert ExternalSecretStatus().to_document() == {"conditions": []}
    assert SecretStoreStatus().to_document() == {"conditions": []}


@pytest.mark.parametrize(
    "document",
    [
        pytest.param({}, id="no-status"),
        pytest.param({"status": None}, id="null"),
        pytest.param({"status": []}, id="no-mapping"),
        pytest.param({"status": {"conditions": "x", "refreshTime": 5, "binding": "y"}}, id="wrong-types"),
        pytest.param({"status": {"conditions": [1, {"status": "Maybe"}, {"type": "Ready"}]}}, id="wrong-conditions"),
        pytest.param({"status": {"refreshTime": "2026-03-01T12:00:00"}}, id="no-time-zone"),
        pytest.param({"status": {"refreshTime": "0001-01-01T00:00:00+14:00"}}, id="before-all-time"),
    ],
)
def test_a_status_without_its_form_counts_as_absent(document: dict[str, Any]) -> None:
    assert ExternalSecretStatus.read(document) == ExternalSecretStatus()


def test_instants_are_cut_to_seconds_in_utc() -> None:
    instant = NOON.astimezone(timezone(timedelta(hours=2)))
    assert conditions.to_seconds(instant) == datetime(2026, 3, 1, 12, tzinfo=UTC)
