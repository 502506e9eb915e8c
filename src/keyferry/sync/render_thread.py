"""Rendering off the event loop: one thread, so that a template that takes its second holds up nothing else.

Called by the reconcilers, with the work of rendering/effort's specs. One thread also means that compiled templates have
one user at a time.
"""

import asyncio
import heapq
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from keyferry.kube.wire.objects import Key

CROWD: Final = 16  # who waits holds a worker of its controller, and one rendering may take two seconds

T = TypeVar("T")


class RenderThread:
    """Does one thing at a time, that of the cheapest object first: dear ones wait for each other, and nobody for them.

    Not thread-safe: to be used on one event loop.
    """

    def __init__(self, crowd: int = CROWD) -> None:
        self._crowd = crowd
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="render")
        self._seconds: dict[Key, float] = {}  # what the last work of each object took
        self._waiting: list[tuple[float, int, asyncio.Future[None]]] = []
        self._arrivals = 0
        self._is_busy = False

    @property
    def is_crowded(self) -> bool:
        """Tell whether so many wait that others had better come back later."""
        return len(self._waiting) >= self._crowd

    async def run(self, key: Key, work: Callable[[], T]) -> T:
        """Return what the work of an object returns, or raise what it raises."""
        await self._turn(self._seconds.get(key, 0.0))
        loop = asyncio.get_running_loop()
        begun = loop.time()
        try:
            return await loop.run_in_executor(self._thread, work)
        finally:
            self._seconds[key] = loop.time() - begun
            self._next()

    def forget(self, key: Key) -> None:
        """Forget an object that is gone."""
        self._seconds.pop(key, None)

    async def _turn(self, seconds: float) -> None:
        if not self._is_busy:
            self._is_busy = True
            return
        turn = asyncio.get_running_loop().create_future()
        self._arrivals += 1
        heapq.heappush(self._waiting, (seconds, self._arrivals, turn))
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._next()  # the turn came, and nobody takes it
            raise

    def _next(self) -> None:
        while self._waiting:
            turn = heapq.heappop(self._waiting)[-1]
            if not turn.done():
                turn.set_result(None)
                return
        self._is_busy = False
