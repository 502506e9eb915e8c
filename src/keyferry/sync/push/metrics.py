"""Series of PushSecrets for Prometheus, with upstream's names, rendered from the cache at the scrape.

https://external-secrets.io/latest/api/metrics/
"""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync.push.state import WatchedPushSecret


class PushCollector(Collector):
    """`pushsecret_status_condition`, 1 for what holds and 0 for the opposite; `pushsecret_reconcile_duration` in ns."""

    def __init__(self, pushes: Store[WatchedPushSecret], durations: Callable[[], Mapping[Key, int]]) -> None:
        self._pushes = pushes
        self._durations = durations

    def collect(self) -> Iterator[Metric]:
        """Yield both families, without a PushSecret that has no Ready condition, or no turn yet."""
        conditions = GaugeMetricFamily(
            "pushsecret_status_condition",
            "The status condition of a PushSecret.",
            labels=["name", "namespace", "condition", "status"],
        )
        for push in self._pushes.values():
            ready = find(push.status.conditions, READY)
            if ready is not None:
                for status in (ConditionStatus.TRUE, ConditionStatus.FALSE):
                    labels = [push.metadata.name, push.metadata.namespace, READY, status.value]
                    conditions.add_metric(labels, 1.0 if ready.status is status else 0.0)
        yield conditions
        times = GaugeMetricFamily(
            "pushsecret_reconcile_duration",
            "How many nanoseconds the last turn of a PushSecret took.",
            labels=["name", "namespace"],
        )
        for key, duration in self._durations().items():
            times.add_metric([key.name, key.namespace], duration)
        yield times
