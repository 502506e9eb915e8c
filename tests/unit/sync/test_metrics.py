from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.sync.metrics import CallCollector, ConditionCollector, DeliveryCollector, SyncCollector
from keyferry.sync.state import WatchedExternalSecret
from keyferry.sync.tally import Tally
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
    tally = Tally()
    tally.ended(Key(namespace="app", name="gone"), 1, has_failed=False)
    tally.forget(Key(namespace="app", name="gone"))
    assert series(ConditionCollector(externals, tally)) == {
        'externalsecret_status_condition{condition="Deleted",name="gone",namespace="app",status="False"} 1.0',
        line.format("good", "True", "1.0"),
        line.format("good", "False", "0.0"),
        line.format("bad", "True", "0.0"),
        line.format("bad", "False", "1.0"),
    }


def test_deliveries_by_status() -> None:
    assert series(DeliveryCollector(lambda: {200: 3})) == {'keyferry_event_deliveries_total{status="200"} 3.0'}


def test_syncs_as_upstream_counts_them() -> None:
    tally = Tally()
    tally.ended(Key(namespace="app", name="db"), 5, has_failed=False)
    tally.ended(Key(namespace="app", name="db"), 7, has_failed=True)
    assert series(SyncCollector(tally)) == {
        'externalsecret_sync_calls_total{name="db",namespace="app"} 2.0',
        'externalsecret_sync_calls_error{name="db",namespace="app"} 1.0',
        'externalsecret_reconcile_duration{name="db",namespace="app"} 7.0',
    }


def test_calls_as_upstream_counts_them() -> None:
    counters = {
        (RequestKind.GET, Outcome.OK): 2,
        (RequestKind.GET, Outcome.THROTTLED): 1,
        (RequestKind.LIST, Outcome.OK): 3,
        (RequestKind.TOKEN, Outcome.OK): 9,
    }
    line = 'externalsecret_provider_api_calls_count{{call="{}",provider="Azure/KeyVault",status="{}"}} {}'
    assert series(CallCollector(lambda: counters)) == {
        line.format("GetSecret", "success", "2.0"),
        line.format("GetSecret", "error", "1.0"),
        line.format("GetSecrets", "success", "3.0"),
    }
