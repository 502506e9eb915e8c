"""What stands between the internet and the operator in a cluster: it ends TLS and passes bytes on."""

import asyncio
import contextlib
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from keyferry.lab.serve.issuers import Address

CHUNK = 64 * 1024


class Terminator:
    """Each connection goes to the next of `backends` in turn, as a Service spreads them; to none while `is_down`."""

    def __init__(self) -> None:
        self.backends: list[int] = []
        self.is_down = False
        self.address = Address(host="127.0.0.1", port=0)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Pass one connection on until either side ends it."""
        with contextlib.suppress(OSError), contextlib.closing(writer):
            if self.is_down or not self.backends:
                return
            self.backends.append(port := self.backends.pop(0))
            inner, outer = await asyncio.open_connection("127.0.0.1", port)
            with contextlib.closing(outer):
                there, back = (asyncio.create_task(_pass_on(*pair)) for pair in ((reader, outer), (inner, writer)))
                await asyncio.wait([there, back], return_when=asyncio.FIRST_COMPLETED)
                there.cancel()
                await asyncio.wait([there, back])


async def _pass_on(source: asyncio.StreamReader, sink: asyncio.StreamWriter) -> None:
    with contextlib.suppress(OSError):
        while chunk := await source.read(CHUNK):
            sink.write(chunk)
            await sink.drain()


@asynccontextmanager
async def running(context: ssl.SSLContext) -> AsyncIterator[Terminator]:
    """Listen on a free port while entered."""
    terminator = Terminator()
    server = await asyncio.start_server(terminator.serve, "127.0.0.1", 0, ssl=context)
    terminator.address = Address(host="127.0.0.1", port=server.sockets[0].getsockname()[1])
    try:
        yield terminator
    finally:
        server.close()
        await server.wait_closed()
