"""The way to one vault, shared by all its consumers in this process: so many at once, so many in a window.

Called by vault.wire for every request on the wire; calls vault.throttle.
"""

import asyncio
import heapq
import itertools
from collections import Counter
from collections.abc import Hashable
from datetime import UTC, datetime, timedelta
from typing import Final

from keyferry.model.errors import Throttled
from keyferry.model.secrets import VaultUrl
from keyferry.vault.throttle import Budget, Priority, Throttle

CONCURRENCY: Final = 64
TICKS_FROM: Final = datetime(2000, 1, 1, tzinfo=UTC)  # any instant: the loop's clock tells differences alone
LONGEST_HOLD_WAITED: Final = timedelta(seconds=8)  # beyond it the caller's own backoff waits, not a request


class Lane:
    """Lets requests through by priority, then in turns of those who ask, then in order.

    Who asks for thousands of secrets does not keep one waiting who asks for one. Not thread-safe; one event loop owns
    it. Its windows are measured on the loop's clock: one that somebody sets forward would forgive what was sent.
    """

    def __init__(self, vault_url: VaultUrl, budget: Budget | None = None) -> None:
        self.vault_url = vault_url
        self._throttle = Throttle(budget)
        self._running = 0
        self._waiting: list[tuple[Priority, int, int, asyncio.Future[None]]] = []
        self._rounds: Counter[Priority] = Counter()  # the round that is being let through
        self._last_rounds: Counter[tuple[Priority, Hashable]] = Counter()  # of each who waits, its last request's
        self._sequence = itertools.count()
        self._timer: asyncio.TimerHandle | None = None

    async def enter(self, priority: Priority, whose: Hashable = None) -> None:
        """Wait for a turn; `leave` must follow. Throttled, at once, when the vault asked for a long pause.

        A request of `whose` goes into the round after its last one that waits: each has one in a round.
        """
        held = self._throttle.held(_now())
        if held > LONGEST_HOLD_WAITED:
            raise self._pause(held)
        turn = asyncio.get_running_loop().create_future()
        round_ = max(self._rounds[priority], self._last_rounds[priority, whose]) + 1
        self._last_rounds[priority, whose] = round_
        heapq.heappush(self._waiting, (priority, round_, next(self._sequence), turn))
        self._let_through()
        if turn.done():
            return
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came in the moment of giving up
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to the next."""
        self._running -= 1
        self._let_through()

    def answered(self, *, throttled: bool, retry_after: timedelta | None = None) -> None:
        """Take in an answer: a 429 stops everyone on this lane, anything else ends such a row."""
        if throttled:
            self._throttle.throttled(_now(), retry_after)
        else:
            self._throttle.answered()

    def _let_through(self) -> None:
        while self._waiting and self._running < CONCURRENCY:
            priority, round_, _, turn = self._waiting[0]
            if not turn.done():  # else its caller has gone
                wait = self._throttle.ask(_now(), priority)
                if wait:
                    self._again_in(wait)
                    return
                self._running += 1
                turn.set_result(None)
            heapq.heappop(self._waiting)
            self._rounds[priority] = round_ - 1  # who comes now is in the round under way
        if not self._waiting:
            self._last_rounds.clear()

    def _again_in(self, wait: timedelta) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = asyncio.get_running_loop().call_later(wait.total_seconds(), self._let_through)

    def _pause(self, held: timedelta) -> Throttled:
        return Throttled(
            retry_after=held,
            what=f"{self.vault_url} asks for fewer requests",
            cause="Key Vault answered 429: its limit per vault and 10 seconds is used up, by all its users together",
            remedy="wait; if it lasts, find the heaviest user in the vault's metrics, or spread secrets over vaults",
        )


def _now() -> datetime:
    return TICKS_FROM + timedelta(seconds=asyncio.get_running_loop().time())
