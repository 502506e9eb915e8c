import json
from typing import Any

from keyferry.sync.targets import wire

OURS = "externalsecrets.external-secrets.io/db"
FIELDS: dict[str, Any] = {
    "f:metadata": {"f:labels": {"f:tier": {}}, "f:annotations": {"f:note": {}}},
    "f:spec": {"f:data": {"f:PASSWORD": {}}},
}
DOCUMENT = {
    "apiVersion": "example.com/v1",
    "kind": "App",
    "metadata": {
        "name": "db",
        "managedFields": [
            {"manager": OURS, "fieldsV1": FIELDS},
            {"manager": "kubectl", "fieldsV1": {"f:spec": {"f:replicas": {}}}},
            {"manager": OURS, "subresource": "status", "fieldsV1": {"f:other": {}}},
        ],
    },
    "spec": {"replicas": 1, "data": {"PASSWORD": "x"}},
    "status": {"ready": True},
}


def test_tells_our_fields_from_others() -> None:
    live = wire.live(json.dumps(DOCUMENT).encode(), OURS)
    assert live.fields == {"spec": DOCUMENT["spec"]}
    assert live.status == {"ready": True}
    assert live.owned == {"f:spec": {"f:data": {"f:PASSWORD": {}}}}
    assert sorted(live.managed.labels | live.managed.annotations) == ["note", "tier"]


def test_an_object_without_managed_fields_is_nobodys() -> None:
    live = wire.live(b'{"metadata": {"name": "db"}, "data": {"a": "b"}}', OURS)
    assert (live.fields, live.status, live.owned) == ({"data": {"a": "b"}}, None, {})
