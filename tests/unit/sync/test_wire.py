import json
from typing import Any

import msgspec
import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.patches import merge_apply
from keyferry.model.secrets import SecretValue
from keyferry.spec import hashes
from keyferry.sync import wire
from keyferry.sync.state import ManagedFields
from tests.fakes.external_secrets import NOW, document, external, secret, store


def encode(body: dict[str, Any]) -> bytes:
    return json.dumps(body).encode()


@pytest.mark.parametrize(
    ("spec", "target", "stores"),
    [
        pytest.param({}, "db", {"app/kv"}, id="named-target"),
        pytest.param({"target": {}}, "db", {"app/kv"}, id="the-target-has-its-own-name"),
        pytest.param(
            {"secretStoreRef": {"kind": "ClusterSecretStore", "name": "all"}}, "db", {"all"}, id="cluster-store"
        ),
        pytest.param(
            {"dataFrom": [{"extract": {"key": "a"}, "sourceRef": {"storeRef": {"name": "other"}}}]},
            "db",
            {"app/kv", "app/other"},
            id="a-store-of-an-entry",
        ),
        pytest.param({"target": 7}, "db", set(), id="nonsense-has-no-outline"),
    ],
)
def test_an_outline_is_enough_for_the_indexes(spec: dict[str, Any], target: str, stores: set[str]) -> None:
    watched = external(spec)
    assert watched.target == Key(namespace="app", name=target)
    assert {str(store) for store in watched.stores} == stores


def test_a_status_is_read() -> None:
    watched = external(status={"refreshTime": "2026-11-22T12:00:00Z", "syncedResourceVersion": "1-a"})
    assert watched.status.refresh_time == NOW
    assert watched.status.synced_resource_version == "1-a"


@pytest.mark.parametrize("status", [{"refreshTime": 7}, {"conditions": "x"}, {"conditions": [{"type": "Ready"}]}, None])
def test_a_status_that_is_none_counts_as_absent(status: Any) -> None:
    body = document()
    body["status"] = status
    assert wire.external_secret(encode(body)).status.conditions == ()


@pytest.mark.parametrize(
    ("changes", "is_shared"),
    [
        pytest.param({"status": {"refreshTime": "2026-11-22T10:00:00Z"}}, (True, True), id="a-status"),
        pytest.param({"metadata": {"labels": {"team": "b"}}}, (True, False), id="labels"),
        pytest.param({"spec": {"target": {"name": "other"}}}, (False, False), id="a-spec"),
    ],
)
def test_what_is_as_before_is_not_kept_twice(changes: dict[str, Any], is_shared: tuple[bool, bool]) -> None:
    given = document(labels={"team": "a"})
    before = wire.external_secret(encode(given))
    changed = encode(merge_apply(given, changes))
    after = wire.external_secret(changed, before)
    assert after == wire.external_secret(changed)
    assert (after.spec is before.spec, after.metadata.labels is before.metadata.labels) == is_shared


def test_another_object_shares_nothing() -> None:
    before = wire.external_secret(encode(document()))
    other = encode(document(name="other"))
    assert wire.external_secret(other, before) == wire.external_secret(other)


def test_what_is_no_object_is_an_error() -> None:
    with pytest.raises(msgspec.MsgspecError):
        wire.external_secret(b'{"metadata": 3}')


def test_a_secret_keeps_its_hash_and_no_value() -> None:
    live = secret({"b": "aHVudGVyMg==", "a": ""})
    assert live.keys == ("a", "b")
    assert live.data_hash == hashes.data_hash({"b": b"hunter2", "a": b""})
    assert "hunter2" not in repr(live)
    assert "aHVudGVyMg" not in repr(live)
    assert not live.is_complete
    assert live.owner is None


def test_owned_metadata_is_that_of_the_manager() -> None:
    def entry(manager: str, labels: list[str], annotations: list[str]) -> dict[str, Any]:
        owned: dict[str, Any] = {
            "f:labels": {".": {}} | {f"f:{name}": {} for name in labels},
            "f:annotations": {f"f:{name}": {} for name in annotations},
        }
        return {"manager": manager, "operation": "Update", "fieldsV1": {"f:metadata": owned, "f:data": {"f:a": {}}}}

    fields = [entry("kubectl", ["theirs"], []), entry("ours", ["team", "b/c"], ["note"]), {"manager": 3}]
    body = {"metadata": {"name": "db", "managedFields": fields}, "data": {"a": "eA=="}}
    owned = wire.owned_fields(encode(body), "ours")
    keys, labels = frozenset({"a"}), frozenset({"team", "b/c"})
    assert owned == ManagedFields(keys=keys, labels=labels, annotations=frozenset({"note"}))


def test_a_secret_that_is_read_whole_has_values_and_shows_none() -> None:
    body = {"metadata": {"name": "db"}, "data": {"a": "eA=="}}
    read = wire.whole_secret(encode(body), "ours")
    assert read.values == {"a": SecretValue(b"x")}
    assert read.managed == ManagedFields()
    assert "x" not in repr(read.values)


def test_a_document_for_the_parser_carries_metadata_and_spec() -> None:
    watched = external(labels={"a": "b"})
    made = wire.spec_document(watched.metadata, watched.spec, "ExternalSecret")
    assert made["kind"] == "ExternalSecret"
    assert made["metadata"] == {
        "name": "db",
        "namespace": "app",
        "uid": "u-es",
        "generation": 1,
        "labels": {"a": "b"},
        "annotations": {},
    }


def test_a_store_is_decoded() -> None:
    assert store().metadata.key == Key(namespace="app", name="kv")
    assert b"kv-prod" in store().spec


def test_the_owner_is_the_external_secret() -> None:
    owner = wire.owner_reference(external())
    assert (owner.kind, owner.name, owner.uid, owner.controller) == ("ExternalSecret", "db", "u-es", True)


@pytest.mark.parametrize(
    ("provider", "account"),
    [
        pytest.param({}, Key(namespace="app", name="reader"), id="of-its-own-namespace"),
        pytest.param(
            {"serviceAccountRef": {"name": "reader", "namespace": "platform"}},
            Key(namespace="platform", name="reader"),
            id="of-another-namespace",
        ),
        pytest.param({"serviceAccountRef": {}}, None, id="without-a-name"),
        pytest.param({"serviceAccountRef": 3}, None, id="nonsense"),
    ],
)
def test_a_stores_account_is_known_before_its_validation(provider: dict[str, Any], account: Key | None) -> None:
    assert store(provider).account == account
