"""What runs in a container: nothing, which is enough for a pod whose volumes and status are what matters."""

import asyncio
from typing import Final, Protocol

KILLED: Final = 137  # 128 and SIGKILL


class ConfigError(Exception):
    """A container cannot begin: something that its environment names is missing. The text holds no value."""


class Program(Protocol):
    """Something that runs until it ends or is stopped."""

    async def wait(self) -> int:
        """Return its exit code once it has ended."""
        ...

    async def stop(self, grace_seconds: float) -> None:
        """Ask it to end, and make it end after that time."""
        ...


class Placeholder:
    """Runs nothing: an init container is done at once, any other runs until it is stopped."""

    def __init__(self, *, is_init: bool) -> None:
        self._ended = asyncio.Event()
        if is_init:
            self._ended.set()

    async def wait(self) -> int:
        """Return 0 once it is stopped."""
        await self._ended.wait()
        return 0

    async def stop(self, grace_seconds: float) -> None:  # noqa: ARG002  (it needs no time)
        """End at once."""
        self._ended.set()
