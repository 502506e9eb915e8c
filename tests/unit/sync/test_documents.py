import json

from keyferry.kube.wire.objects import Key
from keyferry.model.secrets import SecretValue
from keyferry.spec.conditions import ExternalSecretStatus, SecretStoreStatus, ready, with_condition
from keyferry.sync import documents, wire
from keyferry.sync.state import DesiredSecret
from tests.fakes.external_secrets import NOW, external


def desired(*, immutable: bool = False, finalizers: tuple[str, ...] = ()) -> DesiredSecret:
    return DesiredSecret(
        key=Key(namespace="app", name="db"),
        data={"a": SecretValue(b"\x00\xff")},
        data_hash="h",
        type="Opaque",
        immutable=immutable,
        labels={"l": "1"},
        annotations={"n": "2"},
        owner_references=(wire.owner_reference(external()),),
        finalizers=finalizers,
    )


def test_a_new_secret() -> None:
    assert json.loads(documents.secret(desired())) == {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "metadata": {
            "name": "db",
            "namespace": "app",
            "labels": {"l": "1"},
            "annotations": {"n": "2"},
            "ownerReferences": [
                {
                    "apiVersion": "external-secrets.io/v1",
                    "kind": "ExternalSecret",
                    "name": "db",
                    "uid": "u-es",
                    "controller": True,
                    "blockOwnerDeletion": True,
                },
            ],
        },
        "data": {"a": "AP8="},
    }


def test_a_replacement_is_conditional_and_keeps_what_others_set() -> None:
    made = json.loads(documents.secret(desired(immutable=True, finalizers=("a.io/x",)), "7"))
    assert made["metadata"]["resourceVersion"] == "7"
    assert made["metadata"]["finalizers"] == ["a.io/x"]
    assert made["immutable"] is True


def test_a_status() -> None:
    conditions = with_condition((), ready(is_ready=True, reason="SecretSynced", message="m"), NOW)
    told = ExternalSecretStatus(
        refresh_time=NOW, synced_resource_version="1-a", conditions=conditions, binding_name="db"
    )
    assert json.loads(documents.status(told)) == {
        "status": {
            "refreshTime": "2026-11-22T12:00:00Z",
            "syncedResourceVersion": "1-a",
            "binding": {"name": "db"},
            "conditions": [
                {
                    "type": "Ready",
                    "status": "True",
                    "reason": "SecretSynced",
                    "message": "m",
                    "lastTransitionTime": "2026-11-22T12:00:00Z",
                },
            ],
        },
    }


def test_a_stores_status() -> None:
    assert json.loads(documents.status(SecretStoreStatus(capabilities="ReadOnly"))) == {
        "status": {"capabilities": "ReadOnly", "conditions": []},
    }


def test_finalizers() -> None:
    assert json.loads(documents.finalizers(("a",), "7")) == {"metadata": {"finalizers": ["a"], "resourceVersion": "7"}}
