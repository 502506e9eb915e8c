"""Series of stores for Prometheus, with upstream's names, rendered from the cache at the scrape.

https://external-secrets.io/latest/api/metrics/
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync.state import WatchedStore

_PREFIXES: Final = {True: "secretstore", False: "clustersecretstore"}  # by whether it has a namespace


class StoreCollector(Collector):
    """For both kinds: `…_status_condition`, 1 for what holds and 0 for the opposite, `…_reconcile_duration` in ns."""

    def __init__(self, stores: Store[WatchedStore], durations: Callable[[], Mapping[Key, int]]) -> None:
        self._stores = stores
        self._durations = durations

    def collect(self) -> Iterator[Metric]:
        """Yield four families, without a store that has no Ready condition, or that nobody has checked."""
        for has_namespace in _PREFIXES:
            yield self._conditions(has_namespace)
            yield self._times(has_namespace)

    def _conditions(self, has_namespace: bool) -> Metric:
        family = GaugeMetricFamily(
            f"{_PREFIXES[has_namespace]}_status_condition",
            "The status condition of a store.",
            labels=["name", "namespace", "condition", "status"],
        )
        for store in self._stores.values():
            ready = find(store.status.conditions, READY)
            if bool(store.metadata.namespace) is has_namespace and ready is not None:
                for status in (ConditionStatus.TRUE, ConditionStatus.FALSE):
                    labels = [store.metadata.name, store.metadata.namespace, READY, status.value]
                    family.add_metric(labels, 1.0 if ready.status is status else 0.0)
        return family

    def _times(self, has_namespace: bool) -> Metric:
        family = GaugeMetricFamily(
            f"{_PREFIXES[has_namespace]}_reconcile_duration",
            "How many nanoseconds the last check of a store took.",
            labels=["name", "namespace"],
        )
        for key, duration in self._durations().items():
            if bool(key.namespace) is has_namespace:
                family.add_metric([key.name, key.namespace], duration)
        return family
