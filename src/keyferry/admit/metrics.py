"""Series of the webhook: those of Azure Workload Identity and of Go's controller-runtime by their names, and ours.

https://azure.github.io/azure-workload-identity/docs/topics/metrics.html and
https://book.kubebuilder.io/reference/metrics-reference
"""

from collections import Counter
from collections.abc import Callable, Iterator
from itertools import accumulate
from typing import Final

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.admit.tally import BOUNDS, Histograms, Tally

_PREFIX: Final = "controller_runtime_webhook"
_BOUNDS: Final = (*map(str, BOUNDS), "+Inf")


class ReviewCollector(Collector):
    """How many reviews came to what, by when."""

    def __init__(self, tally: Tally) -> None:
        self._tally = tally

    def collect(self) -> Iterator[Metric]:
        """Yield the families."""
        tally = self._tally
        yield _durations(
            "azwi_mutation_request", "How long pods waited for their injection.", "namespace", tally.mutations
        )
        yield _durations(f"{_PREFIX}_latency_seconds", "How long reviews took.", "webhook", tally.latencies)
        requests = CounterMetricFamily(f"{_PREFIX}_requests", "Requests by HTTP status.", labels=["webhook", "code"])
        for (path, code), count in sorted(tally.requests.items()):
            requests.add_metric([path, str(code)], count)
        yield requests
        flying = GaugeMetricFamily(f"{_PREFIX}_requests_in_flight", "Requests under way.", labels=["webhook"])
        for path, count in sorted(tally.in_flight.items()):
            flying.add_metric([path], count)
        yield flying
        yield _counts("keyferry_admission_reviews", "Reviews by outcome.", tally.outcomes)
        findings = CounterMetricFamily("keyferry_admission_findings", "What rules found.", labels=["rule", "enforced"])
        for (rule, enforced), count in sorted(tally.findings.items()):
            findings.add_metric([rule, str(enforced).lower()], count)
        yield findings


class AccountCollector(Collector):
    """How many ServiceAccounts are known, and where answers about them came from."""

    def __init__(self, known: Callable[[], int], outcomes: Counter[str]) -> None:
        self._known = known
        self._outcomes = outcomes

    def collect(self) -> Iterator[Metric]:
        """Yield the families."""
        yield GaugeMetricFamily(
            "keyferry_admission_accounts", "ServiceAccounts known by the watch.", value=self._known()
        )
        yield _counts("keyferry_admission_account_lookups", "Where ServiceAccounts were found.", self._outcomes)


def _counts(name: str, text: str, counts: Counter[str]) -> Metric:
    family = CounterMetricFamily(name, text, labels=["outcome"])
    for outcome, count in sorted(counts.items()):
        family.add_metric([outcome], count)
    return family


def _durations(name: str, text: str, label: str, histograms: Histograms) -> Metric:
    family = HistogramMetricFamily(name, text, labels=[label])
    for value, histogram in histograms:
        sums = [float(count) for count in accumulate(histogram.buckets)]
        family.add_metric([value], list(zip(_BOUNDS, sums, strict=True)), sum_value=histogram.seconds)
    return family
