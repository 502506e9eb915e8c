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
    """Nobody waits for the answer any more: kubelet takes the volume away, or this process ends."""

    def __init__(self) -> None:
        super().__init__(
            what="the volume is not filled",
            cause="it is being taken away, or the node plugin ends",
            remedy="wait: kubelet asks again where a pod still wants it",
        )


class Questions:
    """The questions under way, by the volume's id. All calls are made on one event loop."""

    def __init__(self) -> None:
        self._under_way: dict[str, asyncio.Task[Delivery]] = {}
        self._going: Counter[str] = Counter()
        self._is_closed = False

    def __len__(self) -> int:
        return len(self._under_way) + len(self._going)

    async def ask(self, volume_id: str, question: Callable[[], Coroutine[Any, Any, Delivery]]) -> Delivery:
        """Return the answer, or raise what `question` raises; GivenUp for a volume that goes, and after `close`."""
        if self._is_given_up(volume_id):
            raise GivenUp
        task = self._under_way[volume_id] = asyncio.create_task(question())
        try:
            await asyncio.wait({task})
        finally:
            task.cancel()
            del self._under_way[volume_id]
        if task.cancelled() and self._is_given_up(volume_id):
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

    def close(self) -> None:
        """End every question, and let none begin any more."""
        self._is_closed = True
        for task in self._under_way.values():
            task.cancel()

    def _is_given_up(self, volume_id: str) -> bool:
        return self._is_closed or volume_id in self._going
