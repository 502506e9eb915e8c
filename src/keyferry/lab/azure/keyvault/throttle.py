"""A vault's limits on transactions, as a token bucket: 4,000 in 10 s, and 300 of them may set secrets.

https://learn.microsoft.com/azure/key-vault/general/service-limits#secrets-managed-storage-account-keys-and-vault-transactions
The service counts over rolling 10 s; a bucket lets the same rate through and the same burst at most.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

WINDOW: Final = timedelta(seconds=10)


@dataclass(slots=True)
class Bucket:
    """Takes `capacity` requests in each `WINDOW`."""

    capacity: int
    level: float
    filled: datetime

    def take(self, now: datetime) -> timedelta | None:
        """Take one and return None, or return how long to wait for the next one."""
        rate = self.capacity / WINDOW.total_seconds()
        self.level = min(float(self.capacity), self.level + rate * max(0.0, (now - self.filled).total_seconds()))
        self.filled = now
        if self.level >= 1:
            self.level -= 1
            return None
        return timedelta(seconds=(1 - self.level) / rate)


def full(capacity: int, now: datetime) -> Bucket:
    """Return a bucket that nothing was taken from."""
    return Bucket(capacity=capacity, level=float(capacity), filled=now)
