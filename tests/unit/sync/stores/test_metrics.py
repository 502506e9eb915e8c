"""Series of stores under upstream's names."""

import json
from typing import Any

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.sync import wire
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.metrics import StoreCollector

KV = Key(namespace="app", name="kv")
ALL = Key(name="all")


def watched(key: Key, ready: str) -> WatchedStore:
    metadata = {"name": key.name} | ({"namespace": key.namespace} if key.namespace else {})
    conditions: list[Any] = [{"type": "Ready", "status": ready, "reason": "Valid", "message": ""}] if ready else []
    return wire.secret_store(json.dumps({"metadata": metadata, "status": {"conditions": conditions}}).encode())


def test_a_store_has_two_conditions_and_a_duration_under_the_name_of_its_kind() -> None:
    stores: Store[WatchedStore] = Store()
    for key, ready in ((KV, "True"), (ALL, "False"), (Key(namespace="app", name="new"), "")):
        stores.applied(key, watched(key, ready))
    collector = StoreCollector(stores, lambda: {KV: 1_500_000, ALL: 7})

    found = {
        (sample.name, *(sample.labels.get(name, "") for name in ("name", "namespace", "condition", "status"))): value
        for family in collector.collect()
        for sample in family.samples
        for value in [sample.value]
    }

    assert found == {
        ("secretstore_status_condition", "kv", "app", "Ready", "True"): 1.0,
        ("secretstore_status_condition", "kv", "app", "Ready", "False"): 0.0,
        ("secretstore_reconcile_duration", "kv", "app", "", ""): 1_500_000,
        ("clustersecretstore_status_condition", "all", "", "Ready", "True"): 0.0,
        ("clustersecretstore_status_condition", "all", "", "Ready", "False"): 1.0,
        ("clustersecretstore_reconcile_duration", "all", "", "", ""): 7,
    }
