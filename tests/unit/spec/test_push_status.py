from datetime import UTC, datetime

import pytest

from keyferry.spec import push_status
from keyferry.spec.push_status import PushSecretStatus

RECORD = {"match": {"secretKey": "k", "remoteRef": {"remoteKey": "r"}}}
STATUS = {
    "refreshTime": "2026-11-22T12:00:00Z",
    "syncedResourceVersion": "1-abc",
    "syncedPushSecrets": {"SecretStore/kv": {"r": RECORD}, "ClusterSecretStore/x": {}},
    "conditions": [{"type": "Ready", "status": "True", "reason": "Synced", "message": "m"}],
}


def test_reads_what_the_object_carries() -> None:
    status = PushSecretStatus.read({"status": STATUS})
    assert status.refresh_time == datetime(2026, 11, 22, 12, tzinfo=UTC)
    assert status.synced_resource_version == "1-abc"
    assert status.synced == STATUS["syncedPushSecrets"]
    assert [condition.reason for condition in status.conditions] == ["Synced"]
    assert list(status.entries()) == [("SecretStore/kv", "r", RECORD)]


@pytest.mark.parametrize(
    "found",
    [
        pytest.param({}, id="none"),
        pytest.param({"status": None}, id="null"),
        pytest.param({"status": {"syncedPushSecrets": ["x"]}}, id="a-list"),
        pytest.param({"status": {"syncedPushSecrets": {"SecretStore/kv": "x"}}}, id="a-text-for-a-store"),
    ],
)
def test_what_has_another_form_counts_as_absent(found: dict[str, object]) -> None:
    assert PushSecretStatus.read(found) == PushSecretStatus()


@pytest.mark.parametrize(
    ("stored", "wanted", "patch"),
    [
        pytest.param({}, {"a": {"x": {}}}, {"a": {"x": {}}}, id="new"),
        pytest.param({"a": {"x": {}, "y": {}}}, {"a": {"x": {}}}, {"a": {"x": {}, "y": None}}, id="entry-gone"),
        pytest.param({"a": {"x": {}}, "b": {"y": {}}}, {"a": {"x": {}}}, {"a": {"x": {}}, "b": None}, id="store-gone"),
        pytest.param({"a": {"x": {}, "y": {}}}, {}, {"a": None}, id="all-gone"),
        pytest.param({"a": {}}, {}, {"a": None}, id="empty-store-gone"),
    ],
)
def test_a_patch_takes_away_what_is_there_no_more(
    stored: dict[str, dict[str, object]], wanted: dict[str, dict[str, object]], patch: dict[str, object]
) -> None:
    before = PushSecretStatus.read({"status": {"syncedPushSecrets": stored}})
    after = PushSecretStatus.read({"status": {"syncedPushSecrets": wanted}})
    assert after.patch(before)["syncedPushSecrets"] == patch


@pytest.mark.parametrize(
    ("record", "key"),
    [
        pytest.param(RECORD, "r", id="whole"),
        pytest.param({}, "", id="empty"),
        pytest.param({"match": "x"}, "", id="of-another-form"),
        pytest.param({"match": {"remoteRef": {"remoteKey": 1}}}, "", id="a-number"),
    ],
)
def test_remote_key(record: dict[str, object], key: str) -> None:
    assert push_status.remote_key(record) == key
