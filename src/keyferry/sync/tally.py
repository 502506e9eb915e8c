"""How often each ExternalSecret was reconciled, how often that failed, and how long it took last. Pure.

Written by sync.reconciler, read by sync.metrics.
"""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.kube.wire.objects import Key

REMEMBERED: Final = 1_000  # objects that are gone


@dataclass(slots=True)
class Count:
    """Of one object, since the process began. `last_nanoseconds` is how long the last one took."""

    calls: int = 0
    errors: int = 0
    last_nanoseconds: int = 0


class Tally:
    """The counts of all objects that exist, and the names of those that went last."""

    def __init__(self) -> None:
        self._counts: dict[Key, Count] = {}
        self._gone: OrderedDict[Key, None] = OrderedDict()

    @property
    def counts(self) -> Mapping[Key, Count]:
        """What was counted."""
        return self._counts

    @property
    def gone(self) -> Iterator[Key]:
        """Those that were deleted, some of them at least."""
        return iter(self._gone)

    def ended(self, key: Key, nanoseconds: int, *, has_failed: bool) -> None:
        """Count one reconcile."""
        count = self._counts.setdefault(key, Count())
        count.calls += 1
        count.errors += has_failed
        count.last_nanoseconds = nanoseconds
        self._gone.pop(key, None)

    def forget(self, key: Key) -> None:
        """Take in that an object is gone; one that was never counted leaves no trace."""
        if self._counts.pop(key, None) is not None:
            self._gone[key] = None
            while len(self._gone) > REMEMBERED:
                self._gone.popitem(last=False)
