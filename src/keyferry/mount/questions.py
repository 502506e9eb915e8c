"""What providers are asked for volumes, and how that ends for one that goes: a vault that hangs keeps no pod alive.

Called by keeper and publisher, which ask for one volume one at a time.
"""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from keyferry.model.errors import Unavailable
from keyferry.mount.state import Delivery


class GivenUp(Unavailable):
    """Nobody waits for the answer any more: kubelet takes the volume away."""

    def __init__(self) -> None:
        super().__init__(what="the volume is being taken away", remedy="kubelet asks again where a pod still wants it")


class Questions:
    """The questions under way, by the volume's id. All calls are made on one event loop."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Delivery]] = {}
        self._going: Counter[str] = Counter()

    def __len__(self) -> int:
        return len(self._under_way) + len(self._going)

    async def ask(self, volume_id: str, question: Callable[[], Coroutine[Any, Any, Delivery]]) -> Delivery:
        """Return the answer, or raise what `question` raises; GivenUp for a volume that goes."""
        if volume_id in self._going:
            raise GivenUp
        task = self._under_way[volume_id] = asyncio.create_task(question())
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            del self._under_way[volume_id]
        if task.cancelled() and volume_id in self._going:
            raise GivenUp
        return task.result()

    @contextmanager
    def given_up(self, volume_id: str) -> Iterator[None]:
        """End the question for a volume, and let none begin inside the block."""
        self._going[volume_id] += 1
        if volume_id in self._under_way:
            self._under_way[volume_id].cancel()
        try:
            yield
        finally:
            self._going[volume_id] -= 1
            if not self._going[volume_id]:
                del self._going[volume_id]
