"""Series for Prometheus, rendered from the caches and counters at the scrape: nothing is kept for each object."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.kube.controller.store import Store
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync.state import WatchedExternalSecret


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
