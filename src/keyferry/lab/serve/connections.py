"""Bounds on connections that send nothing, or a request's head byte by byte: they are closed after a while."""

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Final, Protocol

QUIET_SECONDS: Final = 120.0  # longer than clients keep idle connections themselves
SWEEP_SECONDS: Final = 5.0
MAX_CONNECTIONS: Final = 2048


class Connection(Protocol):
    """A client's connection, as aiohttp's server has it."""

    def force_close(self) -> None:
        """Close it at once."""
        ...


class Server(Protocol):
    """What has connections."""

    @property
    def connections(self) -> Sequence[Connection]:
        """The open ones."""
        ...


class Connections:
    """Closes what has had no request under way for `QUIET_SECONDS`, and the longest quiet beyond `MAX_CONNECTIONS`."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._busy: set[Connection] = set()
        self._quiet_since: dict[Connection, float] = {}
        self._next: asyncio.TimerHandle | None = None

    def watch(self) -> None:
        """Look every few seconds from now on, until `close`. Needs a running loop."""
        loop = asyncio.get_running_loop()
        self.sweep(loop.time())
        self._next = loop.call_later(SWEEP_SECONDS, self.watch)

    def close(self) -> None:
        """Look no more."""
        if self._next is not None:
            self._next.cancel()

    @contextmanager
    def serving(self, connection: Connection) -> Iterator[None]:
        """Leave the connection alone while its request is answered."""
        self._busy.add(connection)
        self._quiet_since.pop(connection, None)
        try:
            yield
        finally:
            self._busy.discard(connection)

    def sweep(self, now: float) -> None:
        """Close what is too quiet at `now`, in seconds of any one clock."""
        quiet = [connection for connection in self._server.connections if connection not in self._busy]
        self._quiet_since = {connection: self._quiet_since.get(connection, now) for connection in quiet}
        longest_first = sorted(quiet, key=lambda connection: self._quiet_since[connection])
        surplus = max(0, len(self._server.connections) - MAX_CONNECTIONS)
        for place, connection in enumerate(longest_first):
            if place < surplus or now - self._quiet_since[connection] >= QUIET_SECONDS:
                connection.force_close()
