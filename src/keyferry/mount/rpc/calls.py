"""Work that outlives whoever asked for it: a caller that gives up leaves nothing half done. Called by csi_node.

kubelet gives up after two minutes and asks again. What had begun is carried to its end, and the next call for the same
volume waits for it; what still waited for its turn is dropped, so that repeated calls do not pile up.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

import structlog

from keyferry.mount.turns import Turns

_LOG = structlog.get_logger(__name__)

Result = TypeVar("Result")


class Calls:
    """The calls that are being carried out, one at a time for each key."""

    def __init__(self) -> None:
        self._turns = Turns()
        self._running: set[asyncio.Task[object]] = set()

    def __len__(self) -> int:
        return len(self._running)

    async def carry_out(self, key: str, work: Callable[[], Awaitable[Result]]) -> Result:
        """Do `work` when it is the turn of `key`. Cancelling this call cancels the work only while it has not begun."""
        begun = asyncio.Event()
        task = asyncio.create_task(self._in_turn(key, work, begun))
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            if begun.is_set():
                task.add_done_callback(_log_abandoned)
            else:
                task.cancel()
            raise

    async def settle(self) -> None:
        """Wait until everything that was begun has ended. The caller bounds the wait."""
        while self._running:
            await asyncio.wait(self._running)

    async def _in_turn(self, key: str, work: Callable[[], Awaitable[Result]], begun: asyncio.Event) -> Result:
        async with self._turns.of(key):
            begun.set()
            return await work()


def _log_abandoned(task: asyncio.Task[object]) -> None:
    """Say how the work of a caller that gave up ended; its error has no other reader."""
    failure = None if task.cancelled() else task.exception()
    _LOG.info("calls.abandoned", outcome=type(failure).__name__ if failure else "done")
