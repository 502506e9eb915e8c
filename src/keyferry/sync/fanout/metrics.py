"""Series for Prometheus with upstream's names, rendered from the cache at the scrape."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.spec.conditions import READY, ConditionStatus
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.state import WatchedFanout


class FanoutCollector(Collector):
    """`<kind>_status_condition{name, namespace, condition, status}` and `<kind>_reconcile_duration{name, namespace}`.

    The second is in nanoseconds, as upstream has it. Neither kind has namespaces, so that label is empty.
    """

    def __init__(self, kind: Kind, fanouts: Store[WatchedFanout], durations: Callable[[], Mapping[Key, float]]) -> None:
        self._prefix = kind.resource.kind.lower()
        self._fanouts = fanouts
        self._durations = durations

    def collect(self) -> Iterator[Metric]:
        """Yield the two families."""
        conditions = GaugeMetricFamily(
            f"{self._prefix}_status_condition",
            "The status condition of the object.",
            labels=["name", "namespace", "condition", "status"],
        )
        for found in self._fanouts.values():
            ready = found.status.ready
            if ready is not None:
                for status in (ConditionStatus.TRUE, ConditionStatus.FALSE):
                    labels = [found.metadata.name, "", READY, status.value]
                    conditions.add_metric(labels, 1.0 if ready.status is status else 0.0)
        yield conditions
        durations = GaugeMetricFamily(
            f"{self._prefix}_reconcile_duration",
            "Nanoseconds that the last pass over the object took.",
            labels=["name", "namespace"],
        )
        for key, seconds in self._durations().items():
            durations.add_metric([key.name, ""], seconds * 1e9)
        yield durations
