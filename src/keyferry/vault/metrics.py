"""Series for Prometheus of what the vault library does, rendered at the scrape. Called by the verbs' processes."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.identity.tally import Outcome, RequestKind
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
