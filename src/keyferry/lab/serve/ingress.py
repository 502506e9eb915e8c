"""What stands between the internet and a port of the cluster: it ends TLS for one host name and passes bytes on.

Its certificate is of the lab's own authority, which stands for a public one.
"""

import asyncio
import ssl
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

from keyferry.lab.serve.listener import LOOPBACK

CHUNK_BYTES: Final = 64 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """All below `url`, an https one, leads to `port` of loopback."""

    url: str
    port: int


class Ingress:
    """Leads to `port`, between `open` and `close`. While nobody listens there, connections end without a word."""

    def __init__(self, port: int) -> None:
        self._backend = port
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    @property
    def port(self) -> int:
        """The port of loopback that it listens on, 0 before it does."""
        return 0 if self._server is None else int(self._server.sockets[0].getsockname()[1])

    async def open(self, context: ssl.SSLContext) -> None:
        """Listen on a free port."""
        self._server = await asyncio.start_server(self._serve, LOOPBACK, 0, ssl=context)

    async def close(self) -> None:
        """Stop listening, and end what is open."""
        if self._server is None:
            return
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._pass_on(reader, writer)
        except (OSError, asyncio.CancelledError):  # a side went away, or the ingress closes
            writer.transport.abort()
        finally:
            self._open.discard(task)
            writer.close()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """TLS knows no half of a connection that is closed, so the end of one side is the end of both."""
        inner_reader, inner_writer = await asyncio.open_connection(LOOPBACK, self._backend)
        pumps = [asyncio.create_task(_pump(*pair)) for pair in ((reader, inner_writer), (inner_reader, writer))]
        try:
            await asyncio.wait(pumps, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for pump in pumps:
                pump.cancel()
            await asyncio.gather(*pumps, return_exceptions=True)
            inner_writer.close()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with suppress(OSError):
        while chunk := await reader.read(CHUNK_BYTES):
            writer.write(chunk)
            await writer.drain()
