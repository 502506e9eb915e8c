"""What a webhook process has answered since it began, and how long it took. Pure.

Written by serve and the handlers, read by metrics.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from keyferry.admit.verdict import Handler, Verdict
from keyferry.kube.wire.admission import Question

# Prometheus' usual ones in seconds, and two for answers as quick as most are here.
BOUNDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
MAX_SERIES: Final = 2000  # namespaces told apart: whoever reaches the webhook can name as many as he likes
OTHERS: Final = ""

Now = Callable[[], float]  # seconds of a clock that never goes back


class Histogram:
    """Durations. `buckets` has those between each bound and the one before, then the longer ones."""

    def __init__(self) -> None:
        self.buckets = [0] * (len(BOUNDS) + 1)
        self.seconds = 0.0

    def observe(self, seconds: float) -> None:
        """Count one."""
        self.buckets[bisect_left(BOUNDS, seconds)] += 1
        self.seconds += seconds


class Histograms:
    """Durations by one label."""

    def __init__(self) -> None:
        self._by_label: dict[str, Histogram] = {}

    def observe(self, label: str, seconds: float) -> None:
        """Count one; what comes after the first `MAX_SERIES` labels is counted together."""
        found = self._by_label.get(label)
        if found is None:
            found = self._by_label.setdefault(label if len(self._by_label) < MAX_SERIES else OTHERS, Histogram())
        found.observe(seconds)

    def __iter__(self) -> Iterator[tuple[str, Histogram]]:
        return iter(self._by_label.items())


class Tally:
    """The counts. `outcomes` are allowed, patched, refused, failed and malformed; `findings` are by rule."""

    def __init__(self, now: Now) -> None:
        self._now = now
        self.outcomes: Counter[str] = Counter()
        self.requests: Counter[tuple[str, int]] = Counter()  # by path and HTTP status
        self.in_flight: Counter[str] = Counter()
        self.latencies = Histograms()
        self.mutations = Histograms()  # by namespace
        self.findings: Counter[tuple[str, bool]] = Counter()  # by rule, and whether it refused

    @contextmanager
    def underway(self, path: str) -> Iterator[None]:
        """Measure a request."""
        began = self._now()
        self.in_flight[path] += 1
        try:
            yield
        finally:
            self.in_flight[path] -= 1
            self.latencies.observe(path, self._now() - began)

    def judged(self, verdict: Verdict) -> None:
        """Count what became of a review."""
        if verdict.is_failure or (verdict.refusal and verdict.code >= 500):
            self.outcomes["failed"] += 1
        elif verdict.refusal:
            self.outcomes["refused"] += 1
        else:
            self.outcomes["patched" if verdict.patch else "allowed"] += 1

    def mutating(self, handler: Handler) -> Handler:
        """Return `handler` with what it does counted by namespace, as Azure Workload Identity does."""

        async def handle(question: Question) -> Verdict:
            began = self._now()
            try:
                return await handler(question)
            finally:
                self.mutations.observe(question.namespace, self._now() - began)

        return handle
