"""How many requests keyferry may send to one vault, and when. Pure: time is an argument.

Key Vault takes 4,000 requests for secrets per vault in 10 seconds from everybody together:
https://learn.microsoft.com/azure/key-vault/general/service-limits. keyferry keeps to a share of it, so that the
vault's other users do not feel it.
"""

from collections import deque
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Final

FIRST_HOLD: Final = timedelta(seconds=1)  # the documented backoff: 1, 2, 4, 8, 16 seconds
LONGEST_HOLD: Final = timedelta(seconds=16)
_NOW: Final = timedelta(0)


class Priority(IntEnum):
    """Who goes first. A consumer's first read has nothing to fall back on; a refresh has the last good value."""

    FIRST_READ = 0
    REFRESH = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """Shares of the vault's limit: refreshes stay below `refresh_share` of it, first reads below `first_share`."""

    limit: int = 4_000
    window: timedelta = timedelta(seconds=10)
    refresh_share: float = 0.25
    first_share: float = 0.75

    def allowance(self, priority: Priority) -> int:
        """Return how many requests of all kinds a window may hold, if one of `priority` is to be the last."""
        share = self.first_share if priority is Priority.FIRST_READ else self.refresh_share
        return max(1, int(self.limit * share))


class Throttle:
    """The sliding window of one vault's requests. No window of `budget.window` ever holds more than its allowance."""

    def __init__(self, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self._sent: deque[datetime] = deque()
        self._held_since: datetime | None = None
        self._held_until: datetime | None = None
        self._holds_in_a_row = 0

    def ask(self, now: datetime, priority: Priority) -> timedelta:
        """Return zero and count a request, or return how long to wait before asking again."""
        self._let_go(now)
        held = self.held(now)
        if held:
            return held
        allowance = self._budget.allowance(priority)
        if len(self._sent) >= allowance:
            return self._sent[len(self._sent) - allowance] + self._budget.window - now
        self._sent.append(now)
        return _NOW

    def held(self, now: datetime) -> timedelta:
        """Return how long the vault has asked everyone to wait, zero when it has not.

        A clock that was set back ends the wait: else it would last as long as the clock went back.
        """
        if self._held_since is None or self._held_until is None or now < self._held_since:
            return _NOW
        return max(_NOW, self._held_until - now)

    def throttled(self, now: datetime, retry_after: timedelta | None) -> None:
        """Take in a 429: nobody asks this vault until `retry_after` has passed, or a growing time if it gave none.

        Answers to requests that were under way together count as one.
        """
        if self.held(now) and retry_after is None:
            return
        pause = retry_after
        if pause is None:
            pause = min(FIRST_HOLD * 2 ** min(self._holds_in_a_row, 10), LONGEST_HOLD)
            self._holds_in_a_row += 1
        longest = max(pause, self.held(now))
        self._held_since, self._held_until = now, now + longest

    def answered(self) -> None:
        """Take in an answer that is no 429: the vault is itself again."""
        self._holds_in_a_row = 0

    def _let_go(self, now: datetime) -> None:
        if self._sent and now < self._sent[-1]:  # the clock was set back: keep the count, not the future
            self._held_until = None
            self._sent = deque([now] * len(self._sent))
        edge = now - self._budget.window
        while self._sent and self._sent[0] <= edge:
            self._sent.popleft()
