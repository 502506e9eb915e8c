"""The lab's HTTPS proxy: CONNECT to the lab's host names leads to the lab's servers, and to nowhere else.

Processes get its address in HTTPS_PROXY, as in a company network. RFC 9110 §9.3.6.
"""

import asyncio
import contextlib
import errno
from collections.abc import Callable
from typing import Final

from keyferry.lab.serve.listener import LOOPBACK, PortInUseError

Route = Callable[[str, int], tuple[str, int] | None]

MAX_HEAD_BYTES: Final = 8 * 1024
HEAD_SECONDS: Final = 10.0
CONNECT_SECONDS: Final = 10.0
FLUSH_SECONDS: Final = 1.0
MAX_TUNNELS: Final = 1024
CHUNK_BYTES: Final = 64 * 1024


class Proxy:
    """Listens on loopback, or where it is told. `route` says where (host, port) leads, None for what the lab lacks.

    At most `max_tunnels` connections are held at a time; one more is refused with 503.
    """

    def __init__(self, route: Route, *, max_tunnels: int = MAX_TUNNELS) -> None:
        self._route = route
        self._max_tunnels = max_tunnels
        self._server: asyncio.Server | None = None
        self._tunnels: set[asyncio.Task[None]] = set()
        self.port = 0

    async def open(self, *, host: str = LOOPBACK, port: int = 0) -> None:
        """Listen on `host`:`port` (0 takes a free port). PortInUseError where it is taken."""
        try:
            self._server = await asyncio.start_server(self._accept, host, port, limit=MAX_HEAD_BYTES)
        except OSError as refusal:
            if refusal.errno != errno.EADDRINUSE:
                raise
            message = f"port {port} on {host} is in use: choose another port for the proxy (0 takes a free one)"
            raise PortInUseError(message) from refusal
        self.port = self._server.sockets[0].getsockname()[1]

    async def close(self) -> None:
        """Stop listening and cut the tunnels."""
        if self._server is None:
            return
        self._server.close()
        for tunnel in tuple(self._tunnels):
            tunnel.cancel()
        await asyncio.gather(*self._tunnels, return_exceptions=True)
        await self._server.wait_closed()

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tunnels.add(task)
        try:
            await self._converse(reader, writer)
        except (OSError, asyncio.CancelledError):  # a side went away, or the proxy closes
            writer.transport.abort()
        finally:
            self._tunnels.discard(task)
            await _end(writer)

    async def _converse(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(self._tunnels) > self._max_tunnels:
            text = f"the lab's proxy has {self._max_tunnels} tunnels open, and takes no more"
            return await _refuse(reader, writer, 503, text)
        try:
            async with asyncio.timeout(HEAD_SECONDS):
                head = await reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError):
            return await _refuse(reader, writer, 400, "the request's head is not one, is too long, or took too long")
        target = _target(head)
        if isinstance(target, tuple):
            return await self._connect(reader, writer, *target)
        status, text = (405, "this proxy takes CONNECT alone") if target == "method" else (400, "no CONNECT host:port")
        return await _refuse(reader, writer, status, text)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, host: str, port: int) -> None:
        address = self._route(host, port)
        if address is None:
            return await _refuse(
                reader, writer, 403, f"the lab has no {host[:253]}:{port}, and this proxy leads nowhere else"
            )
        try:
            async with asyncio.timeout(CONNECT_SECONDS):
                far_reader, far_writer = await asyncio.open_connection(*address)
        except OSError:
            return await _refuse(reader, writer, 502, f"nothing answers for {host[:253]}:{port}")
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await asyncio.gather(_pump(reader, far_writer), _pump(far_reader, writer))
        except BaseException:
            far_writer.transport.abort()
            raise
        finally:
            await _end(far_writer)


def _target(head: bytes) -> tuple[str, int] | str:
    """Return the (host, port) of a CONNECT, "method" for another method, "form" for what is no CONNECT at all."""
    words = head.split(b"\r\n", 1)[0].decode("latin-1").split(" ")
    if len(words) != 3 or not words[2].startswith("HTTP/1."):
        return "form"
    if words[0] != "CONNECT":
        return "method"
    host, colon, port = words[1].rpartition(":")
    if not colon or not host or not port.isascii() or not port.isdigit() or not 0 < int(port[:6]) < 65536:
        return "form"
    return host.lower().strip("[]").removesuffix("."), int(port)


async def _refuse(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, status: int, text: str) -> None:
    """Answer and end, then read what is still coming: closing on unread bytes would reset the answer away."""
    reasons = {400: "Bad Request", 403: "Forbidden", 405: "Method Not Allowed", 502: "Bad Gateway", 503: "Unavailable"}
    body = f"keyferry lab: {text}\n".encode()
    allow = "Allow: CONNECT\r\n" if status == 405 else ""
    head = (
        f"HTTP/1.1 {status} {reasons[status]}\r\nContent-Type: text/plain; charset=utf-8\r\n{allow}"
        f"Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    writer.write(head.encode("latin-1") + body)
    await writer.drain()
    writer.write_eof()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(FLUSH_SECONDS):
            while await reader.read(CHUNK_BYTES):
                pass


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Carry bytes one way until the sender has ended, and tell the receiver so; the other way goes on."""
    while chunk := await reader.read(CHUNK_BYTES):
        writer.write(chunk)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def _end(writer: asyncio.StreamWriter) -> None:
    """Close, after what is still to be sent; a receiver that takes nothing is not waited for long."""
    writer.close()
    try:
        async with asyncio.timeout(FLUSH_SECONDS):
            await writer.wait_closed()
    except (OSError, TimeoutError):
        writer.transport.abort()
