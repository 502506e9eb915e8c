"""Counting transactions over rolling 10 s. Which of them count towards what is in `limits`.

https://learn.microsoft.com/azure/key-vault/general/service-limits
"""

from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(seconds=10)


@dataclass(slots=True)
class Window:
    """What was taken in the last `WINDOW`, in units: a dear transaction takes several."""

    taken: deque[tuple[datetime, int]] = field(default_factory=deque)
    units: int = 0

    def wait(self, units: int, capacity: int, now: datetime) -> timedelta:
        """Return how long to wait until `units` more fit into `capacity`; no time where they fit now.

        What is larger than the capacity fits an empty window.
        """
        self._forget(now)
        over = self.units + units - capacity
        wait = timedelta(0)
        for instant, taken in self.taken:
            if over <= 0:
                break
            over -= taken
            wait = instant + WINDOW - now
        return wait

    def take(self, units: int, now: datetime) -> None:
        """Count `units`."""
        self.taken.append((now, units))
        self.units += units

    def _forget(self, now: datetime) -> None:
        while self.taken and self.taken[0][0] + WINDOW <= now:
            self.units -= self.taken.popleft()[1]
