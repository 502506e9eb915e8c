"""How soon to look again where somebody else writes what we write: two programs shall not chase each other. Pure."""

from collections import deque
from datetime import datetime, timedelta
from typing import Final

PAUSE: Final = timedelta(milliseconds=500)
CALM: Final = timedelta(seconds=15)
MOST: Final = 10  # writes within a minute that are nothing unusual: three configurations at an installation, and more
WITHIN: Final = timedelta(minutes=1)


class Contests:
    """Remembers the latest writes."""

    def __init__(self) -> None:
        self._writes: deque[datetime] = deque(maxlen=MOST)

    def wrote(self, now: datetime) -> None:
        """Count a write."""
        self._writes.append(now)

    def pause(self, now: datetime) -> timedelta:
        """Return how long to rest before the next look, whatever happens meanwhile."""
        is_contested = len(self._writes) == MOST and now - self._writes[0] < WITHIN
        return CALM if is_contested else PAUSE
