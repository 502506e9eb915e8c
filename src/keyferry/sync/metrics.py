"""Series for Prometheus, with upstream's names, rendered from caches and counters at the scrape.

https://external-secrets.io/latest/api/metrics/
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.kube.controller.store import Store
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync.state import WatchedExternalSecret
from keyferry.sync.tally import Tally

PROVIDER: Final = "Azure/KeyVault"
_CALLS: Final = {RequestKind.GET: "GetSecret", RequestKind.LIST: "GetSecrets", RequestKind.WRITE: "SetSecret"}


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
    """`externalsecret_status_condition{name, namespace, condition, status}`, as upstream has it: 1 for what holds.

    Of an object that was deleted, one series with the condition `Deleted` stays.
    """

    def __init__(self, externals: Store[WatchedExternalSecret], tally: Tally) -> None:
        self._externals = externals
        self._tally = tally

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
        for key in self._tally.gone:
            family.add_metric([key.name, key.namespace, "Deleted", ConditionStatus.FALSE.value], 1.0)
        yield family


class SyncCollector(Collector):
    """How often each ExternalSecret was reconciled, how often it failed, and how long the last one took, in ns."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def collect(self) -> Iterator[Metric]:
        """Yield three families."""
        calls = CounterMetricFamily(
            "externalsecret_sync_calls", "Reconciles of an ExternalSecret.", labels=["name", "namespace"]
        )
        errors = _Plain("externalsecret_sync_calls_error", "Those that failed.")
        took = GaugeMetricFamily(
            "externalsecret_reconcile_duration",
            "How many nanoseconds the last reconcile of an ExternalSecret took.",
            labels=["name", "namespace"],
        )
        for key, count in self._tally.counts.items():
            labels = [key.name, key.namespace]
            calls.add_metric(labels, count.calls)
            errors.add({"name": key.name, "namespace": key.namespace}, count.errors)
            took.add_metric(labels, count.last_nanoseconds)
        yield from (calls, errors, took)


class CallCollector(Collector):
    """`externalsecret_provider_api_calls_count{provider, call, status}`: requests to Azure, as upstream counts."""

    def __init__(self, counters: Callable[[], Mapping[tuple[RequestKind, Outcome], int]]) -> None:
        self._counters = counters

    def collect(self) -> Iterator[Metric]:
        """Yield the one family."""
        totals: Counter[tuple[str, str]] = Counter()
        for (kind, outcome), count in self._counters().items():
            if kind in _CALLS:
                totals[_CALLS[kind], "success" if outcome is Outcome.OK else "error"] += count
        family = _Plain("externalsecret_provider_api_calls_count", "Requests to Key Vault.")
        for (call, status), count in sorted(totals.items()):
            family.add({"provider": PROVIDER, "call": call, "status": status}, count)
        yield family


class _Plain(Metric):
    """A counter whose name ends otherwise than in `_total`: the format has no such counters, so it is untyped."""

    def __init__(self, name: str, documentation: str) -> None:
        super().__init__(name, documentation, "unknown")

    def add(self, labels: dict[str, str], count: int) -> None:
        self.add_sample(self.name, labels, count)
