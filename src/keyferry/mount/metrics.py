"""The figures of a node process, under the names that users of the Secrets Store CSI driver know.

Names and labels: https://secrets-store-csi-driver.sigs.k8s.io/topics/metrics and what the driver 1.6 exposes. Labels
have bounded values: a failure is told by its kind, never by its text.
"""

from collections.abc import Callable, Iterator
from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from keyferry.mount.rpc.grpc_errors import CodedError

OS_TYPE: Final = "linux"
_BOUNDS: Final = (0.1, 0.134928, 0.182056, 0.245646, 0.331445, 0.447214, 0.603418, 0.814181, 1.098561, 1.482269, 2.0)
_PUBLISH_BOUNDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """Counts what the node plugin does."""

    def __init__(self, registry: CollectorRegistry) -> None:
        self._publish = Counter("node_publish", "Volumes published.", ["provider", "os_type"], registry=registry)
        self._publish_error = Counter(
            "node_publish_error", "Publishes that failed.", ["provider", "error_type", "os_type"], registry=registry
        )
        self._unpublish = Counter("node_unpublish", "Volumes unpublished.", ["os_type"], registry=registry)
        self._unpublish_error = Counter(
            "node_unpublish_error", "Unpublishes that failed.", ["os_type"], registry=registry
        )
        labels = ["provider", "os_type", "rotated"]
        self._rotation = Counter("rotation_reconcile", "Looks at mounted volumes.", labels, registry=registry)
        self._rotation_error = Counter(
            "rotation_reconcile_error",
            "Looks at mounted volumes that failed.",
            ["provider", "error_type", "os_type", "rotated"],
            registry=registry,
        )
        self._rotation_seconds = Histogram(
            "rotation_reconcile_duration_sec",
            "How long a look at a mounted volume takes.",
            ["os_type"],
            buckets=_BOUNDS,
            registry=registry,
        )
        self._publish_seconds = Histogram(
            "keyferry_node_publish_duration_seconds",
            "How long a publish takes.",
            ["provider"],
            buckets=_PUBLISH_BOUNDS,
            registry=registry,
        )

    def published(self, provider: str, seconds: float) -> None:
        """Take in a publish that went well, repeated ones too."""
        self._publish.labels(provider, OS_TYPE).inc()
        self._publish_seconds.labels(provider).observe(seconds)

    def publish_failed(self, provider: str, error: Exception) -> None:
        """Take in a publish that failed, also one of a volume that was there and stays: as upstream counts it."""
        self._publish_error.labels(provider, _kind(error), OS_TYPE).inc()

    def unpublished(self) -> None:
        """Take in an unpublish that went well."""
        self._unpublish.labels(OS_TYPE).inc()

    def unpublish_failed(self) -> None:
        """Take in an unpublish that failed."""
        self._unpublish_error.labels(OS_TYPE).inc()

    def looked(self, provider: str, seconds: float, *, rotated: bool) -> None:
        """Take in a look at a mounted volume, and whether its files changed."""
        self._rotation.labels(provider, OS_TYPE, str(rotated).lower()).inc()
        self._rotation_seconds.labels(OS_TYPE).observe(seconds)

    def look_failed(self, provider: str, error: Exception) -> None:
        """Take in a look at a mounted volume that failed: its files stay as they were."""
        self._rotation_error.labels(provider, _kind(error), OS_TYPE, "false").inc()


def _kind(error: Exception) -> str:
    """Return who must act, by the error's class; of another vendor's failure the word that its provider gave it."""
    return (error.reason if isinstance(error, CodedError) else "") or type(error).__name__


class VolumeCollector(Collector):
    """`keyferry_node_volumes{state}`: how many volumes are well, failing, or show a stale copy."""

    def __init__(self, states: Callable[[], Iterator[str]]) -> None:
        """`states` yields `well`, `failing` or `stale` for each volume."""
        self._states = states

    def collect(self) -> Iterator[Metric]:
        """Yield one series for each state."""
        family = GaugeMetricFamily("keyferry_node_volumes", "Mounted volumes by state.", labels=["state"])
        counted = {"well": 0, "failing": 0, "stale": 0}
        for state in self._states():
            counted[state] += 1
        for state, count in counted.items():
            family.add_metric([state], count)
        yield family
