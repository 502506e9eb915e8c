from collections.abc import Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.model.identity import ClientId, ManagedIdentity, TenantId
from keyferry.model.secrets import ObjectKind, VaultUrl
from keyferry.vault.activity import Activity, FeedView
from keyferry.vault.choice import Mode
from keyferry.vault.metrics import FeedCollector, RequestCollector


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
