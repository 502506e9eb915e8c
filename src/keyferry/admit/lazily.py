"""What takes long to load and much memory, loaded when it is needed for the first time."""

import asyncio
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Lazily(Generic[T]):
    """Loads in a thread, once for all who wait. What `load` raises goes to them, and the next one tries again."""

    def __init__(self, load: Callable[[], T]) -> None:
        self._load = load
        self._loaded: list[T] = []  # of one
        self._turn = asyncio.Lock()

    async def get(self) -> T:
        """Return what was loaded."""
        async with self._turn:
            if not self._loaded:
                self._loaded.append(await asyncio.to_thread(self._load))
        return self._loaded[0]
