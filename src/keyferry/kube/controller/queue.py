"""The work queue of a controller: keys to reconcile, each at most once at a time. Pure: time is an argument.

Guarantees, those of client-go's queue and of controller-runtime's priority queue:

1. A key that was taken is not handed out again before it is done.
2. A key added while it is processed is handed out again after it is done: no change is lost.
3. A key waits at most once: adding it again keeps the earlier instant and the more urgent priority of the two.
4. Ready keys leave by priority, and in the order of becoming ready within one priority.

Instants are seconds of one monotonic clock.
"""

import heapq
from collections.abc import Hashable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final, Generic, TypeVar

K = TypeVar("K", bound=Hashable)

NEW: Final = 0  # somebody waits for it
REFRESH: Final = 10  # it was right the last time

_ZERO: Final = timedelta()
_COMPACT_ABOVE: Final = 64


@dataclass(slots=True)
class _Waiting:
    """The one place of a key in the queue; heap entries with another ticket are left-overs."""

    ready_at: float
    priority: int
    ticket: int
    is_ready: bool = False


class WorkQueue(Generic[K]):
    """Keys that wait, are ready, or are being processed."""

    def __init__(self) -> None:
        self._waiting: dict[K, _Waiting] = {}
        self._processing: dict[K, int] = {}  # with the priority at which each was taken
        self._ready: list[tuple[float, int, K]] = []  # priority, ticket
        self._delayed: list[tuple[float, int, K]] = []  # instant, ticket
        self._tickets = 0
        self._closed = False

    def add(self, key: K, now: float, *, after: timedelta = _ZERO, priority: int = NEW) -> None:
        """Let `key` be processed `after` from now on. Nothing happens once the queue is closed."""
        if self._closed:
            return
        self._promote(now)
        ready_at = now + max(after, _ZERO).total_seconds()
        present = self._waiting.get(key)
        if present is None:
            self._place(key, ready_at, priority, now)
        elif (not present.is_ready and ready_at < present.ready_at) or priority < present.priority:
            earlier = min(ready_at, present.ready_at)
            self._place(key, earlier, min(priority, present.priority), now)

    def take(self, now: float) -> K | None:
        """Hand out the most urgent ready key, or None. Whoever takes a key calls `done` afterwards."""
        self._promote(now)
        while self._ready:
            _, ticket, key = heapq.heappop(self._ready)
            waiting = self._waiting.get(key)
            if waiting is not None and waiting.ticket == ticket:
                del self._waiting[key]
                self._processing[key] = waiting.priority
                return key
        return None

    def done(self, key: K, now: float) -> None:
        """End the processing of `key`; if it was added meanwhile, it waits again from now on."""
        self._processing.pop(key, None)
        waiting = self._waiting.get(key)
        if waiting is not None:
            self._place(key, waiting.ready_at, waiting.priority, now)

    @property
    def depth(self) -> int:
        """How many keys wait for nothing but somebody who takes them, as of the last call that was told the time."""
        return sum(waiting.is_ready for waiting in self._waiting.values())

    def taken_at(self, key: K) -> int:
        """Return the priority at which `key` was taken. KeyError where it is not being processed."""
        return self._processing[key]

    def next_at(self) -> float | None:
        """Return the instant at which the next delayed key becomes ready, None when none is delayed."""
        while self._delayed and self._is_leftover(self._delayed[0]):
            heapq.heappop(self._delayed)
        return self._delayed[0][0] if self._delayed else None

    def close(self, *, drain: bool = False) -> None:
        """Take no more keys and drop the delayed ones; ready ones are still handed out if `drain`."""
        self._closed = True
        keep = {key for key, waiting in self._waiting.items() if drain and waiting.is_ready}
        self._waiting = {key: waiting for key, waiting in self._waiting.items() if key in keep}
        self._delayed.clear()
        if not drain:
            self._ready.clear()

    @property
    def is_closed(self) -> bool:
        """Whether `close` was called."""
        return self._closed

    @property
    def is_drained(self) -> bool:
        """Whether it is closed, and nothing waits or is processed any more."""
        return self._closed and not self._waiting and not self._processing

    @property
    def ready_count(self) -> int:
        """How many keys could be taken at once, as of the last call with an instant."""
        return sum(1 for waiting in self._waiting.values() if waiting.is_ready)

    @property
    def processing_count(self) -> int:
        """How many keys were taken and are not done."""
        return len(self._processing)

    def __len__(self) -> int:
        """Return how many keys wait, ready or delayed."""
        return len(self._waiting)

    def _place(self, key: K, ready_at: float, priority: int, now: float) -> None:
        self._tickets += 1
        waiting = _Waiting(ready_at=ready_at, priority=priority, ticket=self._tickets)
        self._waiting[key] = waiting
        if key in self._processing:
            return  # `done` places it
        if ready_at <= now:
            waiting.is_ready = True
            heapq.heappush(self._ready, (priority, waiting.ticket, key))
            self._ready = self._compacted(self._ready)
        else:
            heapq.heappush(self._delayed, (ready_at, waiting.ticket, key))
            self._delayed = self._compacted(self._delayed)

    def _promote(self, now: float) -> None:
        while (at := self.next_at()) is not None and at <= now:
            ready_at, _, key = heapq.heappop(self._delayed)
            self._place(key, ready_at, self._waiting[key].priority, now)

    def _is_leftover(self, entry: tuple[float, int, K]) -> bool:
        waiting = self._waiting.get(entry[2])
        return waiting is None or waiting.ticket != entry[1]

    def _compacted(self, heap: list[tuple[float, int, K]]) -> list[tuple[float, int, K]]:
        """Return the heap without left-overs once they are the larger part: memory stays in proportion to the keys."""
        if len(heap) <= 2 * len(self._waiting) + _COMPACT_ABOVE:
            return heap
        kept = [entry for entry in heap if not self._is_leftover(entry)]
        heapq.heapify(kept)
        return kept
