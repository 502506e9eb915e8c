"""Whose request to the API server goes next: so many at once, and before all others those that somebody waits for.

Called by kube.transport for each request; kube.controller.loop says which reconciles are awaited.
"""

import asyncio
from collections import deque
from contextvars import ContextVar
from typing import Final

# Whether somebody waits for what the present task does: it stands behind a thousand refreshes otherwise.
AWAITED: Final[ContextVar[bool]] = ContextVar("awaited", default=False)


class Turns:
    """At most `limit` at once. Those of `AWAITED` tasks first, then in order. One event loop owns it."""

    def __init__(self, limit: int) -> None:
        self._free = limit
        self._awaited: deque[asyncio.Future[None]] = deque()
        self._others: deque[asyncio.Future[None]] = deque()

    async def enter(self, *, is_awaited: bool = False) -> None:
        """Wait for a turn; `leave` must follow. `is_awaited` has it go first, whatever the task."""
        if self._free:
            self._free -= 1
            return
        turn = asyncio.get_running_loop().create_future()
        (self._awaited if is_awaited or AWAITED.get() else self._others).append(turn)
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # the turn came in the moment of giving up
                self.leave()
            raise

    def leave(self) -> None:
        """Give the place to the next."""
        for waiting in (self._awaited, self._others):
            while waiting:
                turn = waiting.popleft()
                if not turn.done():  # else its caller has gone
                    turn.set_result(None)
                    return
        self._free += 1
