"""Single flight: callers who want the same thing at the same time share one try."""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Flights(Generic[K, V]):
    """At most one flight for each key at a time; its result or error goes to all who joined it.

    A caller who is cancelled leaves the flight to the others. The flight of a key whose callers have all gone goes on,
    because the next caller will want it.
    """

    def __init__(self) -> None:
        self._flying: dict[K, asyncio.Task[V]] = {}

    def __contains__(self, key: K) -> bool:
        return key in self._flying

    async def join(self, key: K, start: Callable[[], Coroutine[Any, Any, V]]) -> V:
        """Return what the flight for `key` brings; `start()` is called only when there is none."""
        task = self._flying.get(key)
        if task is None:
            task = asyncio.create_task(start())
            self._flying[key] = task
            task.add_done_callback(lambda landed: self._landed(key, landed))
        return await asyncio.shield(task)

    async def aclose(self) -> None:
        """Cancel what is in the air, and wait for it to end."""
        tasks = tuple(self._flying.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _landed(self, key: K, task: asyncio.Task[V]) -> None:
        del self._flying[key]
        if not task.cancelled():
            task.exception()  # marks it as seen: all callers may have gone
