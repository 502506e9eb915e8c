"""How long to wait after repeated failures. Pure: the jitter is an argument."""

from collections.abc import Hashable
from datetime import timedelta
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

FIRST: Final = timedelta(seconds=1)
LONGEST: Final = timedelta(minutes=5)
SPREAD: Final = 0.5  # a wait is between half of its nominal length and the whole

_MAX_DOUBLINGS: Final = 40


class Backoff(Generic[K]):
    """Counts failures by key: each wait is twice the last one, up to `longest`."""

    def __init__(self, first: timedelta = FIRST, longest: timedelta = LONGEST) -> None:
        self._first = first
        self._longest = longest
        self._failures: dict[K, int] = {}

    def failed(self, key: K, jitter: float) -> timedelta:
        """Count a failure and return the wait before the next attempt. `jitter` is in [0, 1)."""
        count = self._failures.get(key, 0)
        self._failures[key] = min(count + 1, _MAX_DOUBLINGS)
        return wait(count, jitter, first=self._first, longest=self._longest)

    def failures(self, key: K) -> int:
        """Return how many failures of `key` are counted."""
        return self._failures.get(key, 0)

    def forget(self, key: K) -> None:
        """Start over with `key`: it succeeded, or exists no longer."""
        self._failures.pop(key, None)


def wait(failures: int, jitter: float, *, first: timedelta = FIRST, longest: timedelta = LONGEST) -> timedelta:
    """Return the wait after `failures` earlier failures: within `longest`, never shorter than half of its nominal."""
    nominal = min(first * 2 ** min(failures, _MAX_DOUBLINGS), longest) if first < longest else longest
    return nominal * (1 - SPREAD * jitter)
