from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from keyferry.kube.controller.store import Store
from keyferry.sync.metrics import ConditionCollector, DeliveryCollector
from keyferry.sync.state import WatchedExternalSecret
from tests.fakes.external_secrets import external


def series(collector: Collector) -> set[str]:
    registry = CollectorRegistry()
    registry.register(collector)
    return {line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")}


def condition(status: str) -> dict[str, object]:
    return {"conditions": [{"type": "Ready", "status": status, "reason": "r", "message": "m"}]}


def test_conditions_as_upstream_has_them() -> None:
    externals: Store[WatchedExternalSecret] = Store()
    for name, status in (("good", condition("True")), ("bad", condition("False")), ("new", {})):
        watched = external(None, status, name=name)
        externals.applied(watched.metadata.key, watched)
    line = 'externalsecret_status_condition{{condition="Ready",name="{}",namespace="app",status="{}"}} {}'
    assert series(ConditionCollector(externals)) == {
        line.format("good", "True", "1.0"),
        line.format("good", "False", "0.0"),
        line.format("bad", "True", "0.0"),
        line.format("bad", "False", "1.0"),
    }


def test_deliveries_by_status() -> None:
    assert series(DeliveryCollector(lambda: {200: 3})) == {'keyferry_event_deliveries_total{status="200"} 3.0'}
