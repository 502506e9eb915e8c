import json
from datetime import UTC, datetime
from typing import Any

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.spec.label_selectors import LabelSelector
from keyferry.sync.push import wire
from tests.fakes.push_secrets import ONE, SYNCED, document, watched

KV = Key(namespace="app", name="kv")


def test_a_push_secret_is_known_by_source_stores_and_what_it_pushed() -> None:
    read = watched(
        {"secretStoreRefs": [{"name": "kv"}, {"name": "all", "kind": "ClusterSecretStore"}]},
        {"syncedPushSecrets": SYNCED | {"SecretStore/old": {}, "nonsense": {}}},
    )
    shared, old = Key(name="all"), Key(namespace="app", name="old")
    assert (read.outline.secret, read.outline.selector) == ("source", None)
    assert read.outline.stores == {KV, shared}
    assert read.outline.holder.deletes
    assert read.outline.holder.stores == {KV, shared, old}
    assert read.outline.holder.selections == ()


def test_labels_choose_sources_and_stores() -> None:
    stores = [{"labelSelector": {}}, {"labelSelector": {}, "kind": "ClusterSecretStore"}]
    read = watched({"selector": {"secret": {"selector": {}}}, "secretStoreRefs": stores})
    assert (read.outline.secret, read.outline.selector) == ("", LabelSelector())
    assert [selection.namespace for selection in read.outline.holder.selections] == ["app", ""]


def test_what_holds_its_templates_is_known() -> None:
    entry = {"configMap": {"name": "m", "items": []}, "secret": {"name": "s", "items": []}}
    read = watched({"template": {"templateFrom": [entry, {"literal": "x"}]}})
    app = "app"
    assert read.outline.templates == {
        ("ConfigMap", Key(namespace=app, name="m")),
        ("Secret", Key(namespace=app, name="s")),
    }


@pytest.mark.parametrize(
    "selector",
    [
        pytest.param({"matchExpressions": [{"key": "a", "operator": "Is"}]}, id="unknown-operator"),
        pytest.param({"matchLabels": "text"}, id="text"),
        pytest.param({"matchExpressions": [1]}, id="number"),
    ],
)
def test_a_selector_that_is_none_chooses_nothing(selector: dict[str, Any]) -> None:
    assert watched({"selector": {"secret": {"selector": selector}}}).outline.selector is None


def test_an_outline_that_cannot_be_read_is_empty_and_the_spec_is_kept() -> None:
    read = watched({"secretStoreRefs": "kv"})
    assert read.outline.stores == frozenset()
    assert not read.outline.holder.deletes
    assert json.loads(read.spec)["secretStoreRefs"] == "kv"


def test_the_spec_is_handed_on_with_its_metadata() -> None:
    handed: Any = wire.spec_document(watched(labels={"a": "b"}))
    assert handed["spec"] == dict(ONE)
    assert (handed["apiVersion"], handed["kind"]) == (document()["apiVersion"], "PushSecret")
    assert handed["metadata"]["labels"] == {"a": "b"}


@pytest.mark.parametrize(
    ("metadata", "changed_at"),
    [
        pytest.param({}, None, id="nobody-says"),
        pytest.param({"creationTimestamp": "2026-01-01T00:00:00Z"}, datetime(2026, 1, 1, tzinfo=UTC), id="created"),
        pytest.param(
            {
                "creationTimestamp": "2026-01-01T00:00:00Z",
                "managedFields": [{"time": "2026-03-01T00:00:00Z"}, {"time": "2026-02-01T00:00:00Z"}, {}],
            },
            datetime(2026, 3, 1, tzinfo=UTC),
            id="written-last",
        ),
    ],
)
def test_of_a_source_version_labels_and_an_instant_are_kept(
    metadata: dict[str, Any], changed_at: datetime | None
) -> None:
    told = {"uid": "u", "resourceVersion": "9", "labels": {"a": "b"}, "annotations": {"last": "s3cret"}} | metadata
    read = wire.source(json.dumps({"metadata": told, "data": {"k": "s3cret"}}).encode())
    assert (read.version, read.labels, read.changed_at) == ("u/9", {"a": "b"}, changed_at)
    assert "s3cret" not in repr(read)
