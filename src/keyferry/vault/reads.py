"""Single flight for reads, with an eye on when each began. Called by vault.passes.

A caller who needs a younger answer than that of a read whose request has left already does not join it: it waits for
the next one, which begins when that one has landed and serves all who came meanwhile.
"""

import asyncio
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any

from keyferry.model.secrets import SecretRef
from keyferry.vault.need import Need
from keyferry.vault.sent import Sent
from keyferry.vault.verified import Verified

Start = Callable[[Sent], Coroutine[Any, Any, Verified]]


@dataclass(slots=True)
class _Flight:
    sent: Sent
    task: asyncio.Task[Verified] = field(init=False)


class Reads:
    """At most one read under way for each reference, and one more that waits for it to land."""

    def __init__(self, new_sent: Callable[[], Sent]) -> None:
        self._new_sent = new_sent
        self._last: dict[SecretRef, _Flight] = {}
        self._tasks: set[asyncio.Task[Verified]] = set()

    def __len__(self) -> int:
        return len(self._tasks)

    def join(self, ref: SecretRef, need: Need, start: Start) -> asyncio.Task[Verified]:
        """Return a read of `ref` that meets `need`; `start` is called only where there is none.

        Await it through `asyncio.shield`: others may have joined it.
        """
        last = self._last.get(ref)
        if last is not None and need.is_met(last.sent.first):
            return last.task
        flight = _Flight(self._new_sent())
        flight.task = asyncio.create_task(_after(last, lambda: start(flight.sent)))
        self._last[ref] = flight
        self._tasks.add(flight.task)
        flight.task.add_done_callback(lambda task: self._landed(ref, flight, task))
        return flight.task

    async def aclose(self) -> None:
        """Cancel what is under way, and wait for it to end."""
        tasks = tuple(self._tasks)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _landed(self, ref: SecretRef, flight: _Flight, task: asyncio.Task[Verified]) -> None:
        self._tasks.discard(task)
        if self._last.get(ref) is flight:
            del self._last[ref]
        if not task.cancelled():
            task.exception()  # marks it as seen: all callers may have gone


async def _after(before: _Flight | None, start: Callable[[], Coroutine[Any, Any, Verified]]) -> Verified:
    if before is not None:
        await asyncio.wait({before.task})
    return await start()
