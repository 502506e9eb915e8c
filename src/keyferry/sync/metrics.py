"""Series for Prometheus, rendered from the caches and counters at the scrape: nothing is kept for each object."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.identity.tally import Outcome, RequestKind
from keyferry.kube.controller.store import Store
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync.state import WatchedExternalSecret

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
