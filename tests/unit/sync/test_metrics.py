from collections.abc import Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.kube.controller.store import Store
from keyferry.model.identity import ClientId, ManagedIdentity, TenantId
from keyferry.model.secrets import ObjectKind, VaultUrl
from keyferry.sync.metrics import ConditionCollector, DeliveryCollector, FeedCollector, RequestCollector
from keyferry.sync.state import WatchedExternalSecret
from keyferry.vault.activity import Activity, FeedView
from keyferry.vault.choice import Mode
from tests.fakes.external_secrets import external


def series(collector: Collector) -> set[str]:
    registry = CollectorRegistry()
    registry.register(collector)
    return {line for line in generate_latest(registry).decode().splitlines() if not line.startswith("#")}


def test_requests_by_kind_and_outcome() -> None:
    counts: Mapping[tuple[RequestKind, Outcome], int] = {
        (RequestKind.TOKEN, Outcome.OK): 1,
        (RequestKind.GET, Outcome.OK): 7,
    }
    assert series(RequestCollector(lambda: counts)) == {
        'keyferry_azure_requests_total{kind="token",outcome="ok"} 1.0',
        'keyferry_azure_requests_total{kind="get",outcome="ok"} 7.0',
    }


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


def test_feeds_by_vault_and_way() -> None:
    views = [
        FeedView(
            vault_url=VaultUrl("https://kv-prod.vault.azure.net"),
            identity=ManagedIdentity(client_id=ClientId("me"), tenant_id=TenantId(tenant)),
            kind=ObjectKind.SECRET,
            tracked=tracked,
            pages=None,
            mode=Mode.READS,
            why="1 read is due",
            last_pass=None,
        )
        for tenant, tracked in (("a", 2), ("b", 3))
    ]
    assert series(FeedCollector(lambda: {Activity.CHANGE_FOUND: 4}, lambda: views)) == {
        'keyferry_feed_activity_total{activity="change_found"} 4.0',
        'keyferry_feed_tracked{client="me",kind="secrets",mode="reads",vault="kv-prod"} 5.0',
    }
