"""What metrics tell of the certificate: until when it is good, and how often another was taken or could not be.

Two names are those of controller-runtime's certwatcher, which dashboards of upstream's webhooks ask for.
Source: https://github.com/kubernetes-sigs/controller-runtime/blob/main/pkg/certwatcher/metrics/metrics.go
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector


@dataclass(slots=True, kw_only=True)
class Takings:
    """Counts of a process: certificates that were taken to be shown, and those that could not be used."""

    taken: int = 0
    failed: int = 0


class CertificateCollector(Collector):
    """Tells of one certificate; `ends` is None while none is shown."""

    def __init__(self, takings: Takings, ends: Callable[[], datetime | None]) -> None:
        self._takings = takings
        self._ends = ends

    def collect(self) -> Iterator[Metric]:
        """Tell the present state."""
        yield CounterMetricFamily(
            "certwatcher_read_certificate", "Certificates that were taken to be shown.", value=self._takings.taken
        )
        yield CounterMetricFamily(
            "certwatcher_read_certificate_errors", "Certificates that could not be used.", value=self._takings.failed
        )
        ends = self._ends()
        if ends is not None:
            yield GaugeMetricFamily(
                "keyferry_webhook_certificate_expiry_timestamp_seconds",
                "When the certificate that is shown ends.",
                value=ends.timestamp(),
            )
