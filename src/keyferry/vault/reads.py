"""Single flight for reads, with an eye on when each began. Called by vault.passes.

A caller who needs a younger answer than that of a read whose request has left already does not join it: it waits for
the next one, which begins when that one has landed and serves all who came meanwhile.
"""

import asyncio
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from keyferry.vault.need import Need
from keyferry.vault.sent import Sent

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")


@dataclass(slots=True)
class _Flight(Generic[T]):
    sent: Sent
    task: asyncio.Task[T] = field(init=False)


class Reads(Generic[K, T]):
    """At most one read under way for each key, and one more that waits for it to land."""

    def __init__(self, new_sent: Callable[[], Sent]) -> None:
        self._new_sent = new_sent
        self._last: dict[K, _Flight[T]] = {}
        self._tasks: set[asyncio.Task[T]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def join(self, key: K, need: Need, start: Callable[[Sent], Coroutine[Any, Any, T]]) -> asyncio.Task[T]:
        """Return a read of `key` that meets `need`; `start` is called only where there is none.

        Await it through `asyncio.shield`: others may have joined it.
        """
        last = self._last.get(key)
        if last is not None and need.is_met(last.sent.first):
            return last.task
        flight: _Flight[T] = _Flight(self._new_sent())
        flight.task = asyncio.create_task(_after(last, lambda: start(flight.sent)))
        self._last[key] = flight
        self._tasks.add(flight.task)
        flight.task.add_done_callback(lambda task: self._landed(key, flight, task))
        return flight.task

    async def aclose(self) -> None:
        """Cancel what is under way, and wait for it to end."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _landed(self, key: K, flight: _Flight[T], task: asyncio.Task[T]) -> None:
        self._tasks.discard(task)
        if self._last.get(key) is flight:
            del self._last[key]
        if not task.cancelled():
            task.exception()  # marks it as seen: all callers may have gone


async def _after(before: _Flight[T] | None, start: Callable[[], Coroutine[Any, Any, T]]) -> T:
    if before is not None:
        await asyncio.wait({before.task})
    return await start()
