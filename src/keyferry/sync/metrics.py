"""Series for Prometheus, rendered from the caches and counters at the scrape: nothing is kept for each object."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.kube.controller.store import Store
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync.state import WatchedExternalSecret
from keyferry.vault.activity import Activity, FeedView
from keyferry.vault.names import vault_name

Counters = Callable[[], Mapping[tuple[RequestKind, Outcome], int]]


class RequestCollector(Collector):
    """`keyferry_azure_requests_total{kind, outcome}`: every request to Entra and Key Vault, retries included."""

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """Yield the one family."""
        family = CounterMetricFamily(
            "keyferry_azure_requests",
            "Requests to Entra (kind token) and Key Vault, retries included.",
            labels=["kind", "outcome"],
        )
        for (kind, outcome), count in self._counters().items():
            family.add_metric([kind.value, outcome.value], count)
        yield family


class FeedCollector(Collector):
    """What the change feeds do, and how each asks its vault. No names of objects."""

    def __init__(self, activity: Callable[[], Mapping[Activity, int]], feeds: Callable[[], Iterable[FeedView]]) -> None:
        self._activity = activity
        self._feeds = feeds

    def collect(self) -> Iterator[Metric]:
        """Yield `keyferry_feed_activity_total{activity}` and `keyferry_feed_tracked{vault, client, kind, mode}`."""
        activity = CounterMetricFamily(
            "keyferry_feed_activity",
            "What the change feeds did: passes by list and by reads, answers from memory, changes, events.",
            labels=["activity"],
        )
        for kind, count in self._activity().items():
            activity.add_metric([kind.value], count)
        yield activity
        tracked: Counter[tuple[str, str, str, str]] = Counter()
        for feed in self._feeds():
            vault = vault_name(feed.vault_url)
            tracked[vault, feed.identity.client_id, feed.kind.value, feed.mode.value] += feed.tracked
        family = GaugeMetricFamily(
            "keyferry_feed_tracked",
            "Objects that a change feed keeps in step, by how it asks: list or reads.",
            labels=["vault", "client", "kind", "mode"],
        )
        for labels, count in tracked.items():
            family.add_metric(labels, count)
        yield family


class DeliveryCollector(Collector):
    """`keyferry_event_deliveries_total{status}`: what Event Grid, and whoever else came, was answered."""

    def __init__(self, answers: Callable[[], Mapping[int, int]]) -> None:
        self._answers = answers

    def collect(self) -> Iterator[Metric]:
        """Yield the one family."""
        family = CounterMetricFamily(
            "keyferry_event_deliveries", "Requests at the events address, by HTTP status.", labels=["status"]
        )
        for status, count in self._answers().items():
            family.add_metric([str(status)], count)
        yield family


class ConditionCollector(Collector):
    """`externalsecret_status_condition{name, namespace, condition, status}`, as upstream has it: 1 for what holds."""

    def __init__(self, externals: Store[WatchedExternalSecret]) -> None:
        self._externals = externals

    def collect(self) -> Iterator[Metric]:
        """Yield two series for each ExternalSecret that has a Ready condition."""
        family = GaugeMetricFamily(
            "externalsecret_status_condition",
            "The status condition of an ExternalSecret.",
            labels=["name", "namespace", "condition", "status"],
        )
        for external in self._externals.values():
            ready = find(external.status.conditions, READY)
            if ready is not None:
                for status in (ConditionStatus.TRUE, ConditionStatus.FALSE):
                    labels = [external.metadata.name, external.metadata.namespace, READY, status.value]
                    family.add_metric(labels, 1.0 if ready.status is status else 0.0)
        yield family
