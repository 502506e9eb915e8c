"""Work on one object beside the loop: whoever may write a manifest can make its judgement take seconds.

Pods wait for injections, which are answered by the loop meanwhile. One thread for each handler, so that many such
manifests take no more of the processor than one.
"""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from keyferry.model.errors import Unavailable

T = TypeVar("T")


class Aside:
    """One thread and its queue. What is asked for and has not begun within `seconds` never begins."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="aside")

    async def done(self, work: Callable[[], T]) -> T:
        """Return what `work` returns, and raise what it raises. Unavailable where that takes too long."""
        try:
            async with asyncio.timeout(self._seconds):
                return await asyncio.get_running_loop().run_in_executor(self._thread, work)
        except TimeoutError:
            raise Unavailable(what="the object takes too long to judge, or others before it do") from None
