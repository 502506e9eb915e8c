"""Series for Prometheus, rendered from counters at the scrape."""

from collections.abc import Callable, Iterator, Mapping

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


class RestartCollector(Collector):
    """`keyferry_restarts_total{namespace, kind}`, and `keyferry_restarts_waiting{namespace}`: who may not roll yet."""

    def __init__(
        self, restarts: Callable[[], Mapping[tuple[str, str], int]], waiting: Callable[[], Mapping[str, int]]
    ) -> None:
        self._restarts = restarts
        self._waiting = waiting

    def collect(self) -> Iterator[Metric]:
        """Yield the two families; a namespace in which nobody waits has no gauge."""
        done = CounterMetricFamily(
            "keyferry_restarts", "Workloads restarted because of a changed source.", labels=["namespace", "kind"]
        )
        for (namespace, kind), count in self._restarts().items():
            done.add_metric([namespace, kind], count)
        yield done
        waiting = GaugeMetricFamily("keyferry_restarts_waiting", "Workloads whose restart waits.", labels=["namespace"])
        for namespace, count in self._waiting().items():
            waiting.add_metric([namespace], count)
        yield waiting
