"""What a controller has done since the process began: how its reconciles ended, and how long they took. Pure.

Written by loop, read by metrics. One controller may serve two kinds, which are counted apart.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Final

from keyferry.kube.wire.objects import Key

# Those of controller-runtime, in seconds:
# https://github.com/kubernetes-sigs/controller-runtime/blob/main/pkg/internal/controller/metrics/metrics.go
BOUNDS: Final = (
    *(0.005, 0.01, 0.025, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0),
    *(1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0, 15.0, 20.0, 25.0, 30.0, 40.0),
    *(50.0, 60.0),
)


class Ending(StrEnum):
    """How a reconcile ends, in controller-runtime's words."""

    SUCCESS = "success"
    REQUEUE_AFTER = "requeue_after"
    ERROR = "error"


class KindTally:
    """The counts of one kind. `buckets` has the reconciles between each bound and the one before, then the longer."""

    def __init__(self) -> None:
        self.endings: Counter[Ending] = Counter()
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0
        self.active = 0

    def ended(self, ending: Ending, seconds: float) -> None:
        """Count one reconcile."""
        self.endings[ending] += 1
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class WorkTally:
    """The counts of one controller, by kind. Without `kind` all keys are of one, which is named as the controller."""

    def __init__(self, name: str, kind: Callable[[Key], str] | None = None) -> None:
        self._kind = kind or (lambda _key: name)
        self._kinds: dict[str, KindTally] = {} if kind else {name: KindTally()}

    @property
    def kinds(self) -> Mapping[str, KindTally]:
        """What was counted."""
        return self._kinds

    def of(self, key: Key) -> KindTally:
        """Return the counts that a key belongs to."""
        return self._kinds.setdefault(self._kind(key), KindTally())
