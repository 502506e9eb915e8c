"""Which objects this replica works on: those of the shards that it holds. One shard is all the work there is."""

import asyncio
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Final

from keyferry.kube.controller.assignment import shard_of
from keyferry.kube.controller.loop import Controller, Done, Reconcile, Result
from keyferry.kube.wire.objects import Key

DROP_SECONDS: Final = 2.5  # for what is under way; what takes longer meets its successor's write as a conflict


class Ownership:
    """Shared by all controllers of a process. A controller's reconcile goes through `guarded`."""

    def __init__(self, shards: int) -> None:
        self._shards = shards
        self._held: set[int] = set()
        self._busy: Counter[int] = Counter()
        self._idle = asyncio.Event()
        self._work: list[tuple[Controller, Callable[[], Iterable[Key]], Callable[[Key], str]]] = []

    @property
    def works(self) -> bool:
        """Whether this replica works on anything."""
        return bool(self._held)

    def owns(self, token: str) -> bool:
        """Tell whether what `token` names is this replica's."""
        return shard_of(token, self._shards) in self._held

    def guarded(self, reconcile: Reconcile, token: Callable[[Key], str]) -> Reconcile:
        """Return a reconcile that does nothing for other replicas' keys. `token` names what a key belongs to."""

        async def guard(key: Key) -> Result:
            shard = shard_of(token(key), self._shards)
            if shard not in self._held:
                return Done()
            self._busy[shard] += 1
            try:
                return await reconcile(key)
            finally:
                self._busy[shard] -= 1
                self._idle.set()

        return guard

    def covers(self, controller: Controller, keys: Callable[[], Iterable[Key]], token: Callable[[Key], str]) -> None:
        """Let `controller` look at all of `keys` that belong to a shard when that is taken."""
        self._work.append((controller, keys, token))

    def take(self, shard: int) -> None:
        """Work on a shard from now on: look at all of it."""
        self._held.add(shard)
        for controller, keys, token in self._work:
            for key in tuple(keys()):
                if shard_of(token(key), self._shards) == shard:
                    controller.enqueue(key)

    async def drop(self, shard: int) -> None:
        """Begin nothing more of a shard, and wait for what is under way, `DROP_SECONDS` at most."""
        self._held.discard(shard)
        try:
            async with asyncio.timeout(DROP_SECONDS):
                while self._busy[shard]:
                    self._idle.clear()
                    await self._idle.wait()
        except TimeoutError:
            return
