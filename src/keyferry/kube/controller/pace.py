"""Lets workers go on a few at a time, so that a thousand reconciles without a wait do not keep the loop to themselves.

Called by kube.controller.loop after each reconcile.
"""

import asyncio
from collections import deque
from typing import Final

IN_A_TURN: Final = 2  # some milliseconds of work: whatever comes in meanwhile waits no longer


class Pace:
    """Releases at most `IN_A_TURN` of those who pause in each turn of the event loop, in order."""

    def __init__(self) -> None:
        self._waiting: deque[asyncio.Future[None]] = deque()
        self._is_set = False

    async def pause(self) -> None:
        """Return in a later turn of the loop."""
        turn = asyncio.get_running_loop().create_future()
        self._waiting.append(turn)
        self._set()
        await turn

    def _set(self) -> None:
        if self._waiting and not self._is_set:
            self._is_set = True
            asyncio.get_running_loop().call_soon(self._release)

    def _release(self) -> None:
        self._is_set = False
        for _ in range(min(IN_A_TURN, len(self._waiting))):
            turn = self._waiting.popleft()
            if not turn.done():  # else whoever waited was cancelled
                turn.set_result(None)
        self._set()
