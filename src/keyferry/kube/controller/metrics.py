"""Series of the controllers under the names of Go's controller-runtime, for which dashboards of operators ask.

https://book.kubebuilder.io/reference/metrics-reference
"""

from collections.abc import Iterator, Sequence
from itertools import accumulate
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.kube.controller.loop import Controller
from keyferry.kube.controller.work_tally import BOUNDS, Ending, KindTally

_PREFIX: Final = "controller_runtime"


class WorkCollector(Collector):
    """`controller_runtime_…` by controller, and `workqueue_depth`: what is ready to be reconciled and waits."""

    def __init__(self, controllers: Sequence[Controller]) -> None:
        self._controllers = controllers

    def collect(self) -> Iterator[Metric]:
        """Yield the families."""
        yield self._endings()
        yield self._errors()
        yield self._seconds()
        yield self._active()
        yield self._workers()
        yield self._depth()

    def _kinds(self) -> Iterator[tuple[str, KindTally]]:
        for controller in self._controllers:
            yield from controller.tally.kinds.items()

    def _endings(self) -> Metric:
        family = CounterMetricFamily(
            f"{_PREFIX}_reconcile", "Reconciles by how they ended.", labels=["controller", "result"]
        )
        for kind, tally in self._kinds():
            for ending in Ending:
                family.add_metric([kind, ending.value], tally.endings[ending])
        return family

    def _errors(self) -> Metric:
        family = CounterMetricFamily(f"{_PREFIX}_reconcile_errors", "Reconciles that failed.", labels=["controller"])
        for kind, tally in self._kinds():
            family.add_metric([kind], tally.endings[Ending.ERROR])
        return family

    def _seconds(self) -> Metric:
        family = HistogramMetricFamily(
            f"{_PREFIX}_reconcile_time_seconds", "How long reconciles took.", labels=["controller"]
        )
        bounds = [*map(str, BOUNDS), "+Inf"]
        for kind, tally in self._kinds():
            sums = [float(count) for count in accumulate(tally.buckets)]
            family.add_metric([kind], list(zip(bounds, sums, strict=True)), sum_value=tally.seconds)
        return family

    def _active(self) -> Metric:
        family = GaugeMetricFamily(f"{_PREFIX}_active_workers", "Reconciles under way.", labels=["controller"])
        for kind, tally in self._kinds():
            family.add_metric([kind], tally.active)
        return family

    def _workers(self) -> Metric:
        family = GaugeMetricFamily(
            f"{_PREFIX}_max_concurrent_reconciles", "How many may be under way at once.", labels=["controller"]
        )
        for controller in self._controllers:
            for kind in controller.tally.kinds:
                family.add_metric([kind], controller.workers)
        return family

    def _depth(self) -> Metric:
        family = GaugeMetricFamily("workqueue_depth", "Objects that wait for a worker.", labels=["controller", "name"])
        for controller in self._controllers:
            family.add_metric([controller.name, controller.name], controller.queue.depth)
        return family
