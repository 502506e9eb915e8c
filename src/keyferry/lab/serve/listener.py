"""HTTPS around a handler of values: bytes in, `Request`; an answer of any kind, bytes out."""

import asyncio
import contextlib
import errno
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from aiohttp import web
from aiohttp.http_exceptions import HttpProcessingError

from keyferry.lab.serve.connections import Connections
from keyferry.lab.world.damage import http_date
from keyferry.lab.world.http import Answer, Partial, Request, Reset, Response, Streaming

Handler = Callable[[Request], Awaitable[Answer]]

BODY_SECONDS: Final = 30.0  # within which a request's body must have come
MAX_BODY_BYTES: Final = 3 * 1024 * 1024  # the API server's own limit
SHUTDOWN_SECONDS: Final = 1.0
IDLE_READ_SECONDS: Final = 5.0  # a stream without a deadline is read at least so often
STALL_LOOK_SECONDS: Final = 0.2
LOOPBACK: Final = "127.0.0.1"
_LOG: Final = logging.getLogger("keyferry.lab.http")


class PortInUseError(Exception):
    """The port asked for is taken; the message names it and the way out."""


class Listener:
    """One listening socket. Connections are served until `close`."""

    def __init__(self, handler: Handler, now: Callable[[], datetime], *, body_seconds: float = BODY_SECONDS) -> None:
        """`body_seconds` is the time that a request's body may take to come."""
        self._handler = handler
        self._body_seconds = body_seconds
        self._now = now
        self._runner: web.ServerRunner | None = None
        self._streams: set[asyncio.Task[object]] = set()
        self._unix_path: Path | None = None
        self._connections: Connections | None = None
        self.port = 0

    async def open(self, *, context: ssl.SSLContext | None, host: str = LOOPBACK, port: int = 0) -> None:
        """Listen on `host`:`port` (0 takes a free one); `port` then tells which. PortInUseError when it is taken."""
        runner = await self._prepare()
        await self._start(
            web.TCPSite(runner, host, port, ssl_context=context),
            f"port {port} on {host} is in use: stop what listens there, or choose another port (0 takes a free one)",
        )
        self.port = runner.addresses[0][1]

    async def open_unix(self, path: Path) -> None:
        """Listen on a unix socket that only its owner can open (mode 0600). PortInUseError when `path` is taken."""
        listening = _private_socket(path)
        self._unix_path = path
        await self._start(web.SockSite(await self._prepare(), listening), f"the socket {path} is in use")

    async def _prepare(self) -> web.ServerRunner:
        _LOG.addFilter(_unquoted)  # a second time is no time
        server = web.Server(self._serve, access_log=None, logger=_LOG)
        self._connections = Connections(server)
        self._connections.watch()
        self._runner = web.ServerRunner(server, shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        return self._runner

    async def _start(self, site: web.BaseSite, in_use: str) -> None:
        try:
            await site.start()
        except OSError as refusal:
            if self._runner is not None:
                await self._runner.cleanup()
            if refusal.errno != errno.EADDRINUSE:
                raise
            raise PortInUseError(in_use) from refusal

    async def close(self) -> None:
        """Stop listening, end the streams, and wait for the requests under way."""
        for stream in tuple(self._streams):
            stream.cancel()
        if self._connections is not None:
            self._connections.close()
        if self._runner is not None:
            await self._runner.cleanup()
        if self._unix_path is not None:
            self._unix_path.unlink(missing_ok=True)

    async def _serve(self, incoming: web.BaseRequest) -> web.StreamResponse:
        assert self._connections is not None
        with self._connections.serving(incoming.protocol):
            return await self._converse(incoming)

    async def _converse(self, incoming: web.BaseRequest) -> web.StreamResponse:
        if (incoming.content_length or 0) > MAX_BODY_BYTES:
            return web.Response(status=413, text="request body too large\n")
        try:
            host = incoming.url.host
            async with asyncio.timeout(self._body_seconds):
                request = await _request(incoming, (host or "").lower())
        except ValueError:  # of yarl, for a port beyond 65535
            return web.Response(status=400, text="the request's Host is none\n")
        except TimeoutError:
            return _cut(incoming)
        answer = await self._handler(request)
        if isinstance(answer, Response):
            return web.Response(status=answer.status, headers=self._headers(answer.headers), body=answer.body)
        if isinstance(answer, Reset):
            return _cut(incoming)
        return await self._going_on(incoming, answer)

    def _headers(self, headers: tuple[tuple[str, str], ...]) -> list[tuple[str, str]]:
        """Return the headers with the lab's Date, where the service did not say its own."""
        dated = any(name.lower() == "date" for name, _ in headers)
        return [*headers, *([] if dated else [("Date", http_date(self._now()))])]

    async def _going_on(self, incoming: web.BaseRequest, answer: Streaming | Partial) -> web.StreamResponse:
        task = asyncio.current_task()
        assert task is not None
        self._streams.add(task)
        try:
            if isinstance(answer, Partial):
                return await self._partial(incoming, answer)
            return await self._stream(incoming, answer)
        finally:
            self._streams.discard(task)

    async def _partial(self, incoming: web.BaseRequest, partial: Partial) -> web.StreamResponse:
        whole = partial.response
        outgoing = web.StreamResponse(status=whole.status, headers=self._headers(whole.headers))
        outgoing.content_length = len(whole.body)
        await outgoing.prepare(incoming)
        await outgoing.write(whole.body[: partial.sent_bytes])
        while partial.stalls and _is_there(incoming):  # noqa: ASYNC110  (no event tells that the client went away)
            await asyncio.sleep(STALL_LOOK_SECONDS)
        _cut(incoming)
        return outgoing

    async def _stream(self, incoming: web.BaseRequest, streaming: Streaming) -> web.StreamResponse:
        outgoing = web.StreamResponse(headers=self._headers(streaming.headers))
        outgoing.enable_chunked_encoding()
        await outgoing.prepare(incoming)
        with contextlib.suppress(ConnectionResetError):  # the watcher went away
            await self._pump(incoming, outgoing, streaming)
        return outgoing

    async def _pump(self, incoming: web.BaseRequest, outgoing: web.StreamResponse, streaming: Streaming) -> None:
        transport = incoming.transport
        awake = asyncio.Event()
        unsubscribe = streaming.subscribe(awake.set)
        try:
            while (chunk := streaming.read(self._now())) is not None:
                if transport is None or transport.is_closing():
                    return  # the watcher went away
                if chunk:
                    await outgoing.write(chunk)
                await self._sleep(awake, streaming.deadline)
        finally:
            unsubscribe()

    async def _sleep(self, awake: asyncio.Event, deadline: datetime | None) -> None:
        until = IDLE_READ_SECONDS if deadline is None else (deadline - self._now()).total_seconds()
        try:
            async with asyncio.timeout(max(0.0, min(until, IDLE_READ_SECONDS))):
                await awake.wait()
        except TimeoutError:
            pass
        awake.clear()


def _private_socket(path: Path) -> socket.socket:
    if _is_abandoned(path):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX)
    try:
        listening.bind(str(path))
    except OSError as refusal:
        listening.close()
        if refusal.errno != errno.EADDRINUSE:
            raise
        message = f"the socket {path} is there already: stop what listens there, or remove it"
        raise PortInUseError(message) from refusal
    path.chmod(0o600)  # before anybody can connect, which takes a listen()
    return listening


def _is_abandoned(path: Path) -> bool:
    """Tell whether a process that was killed left its socket behind: it is there, and nobody answers."""
    if not path.is_socket():
        return False
    with socket.socket(socket.AF_UNIX) as caller:
        caller.settimeout(1.0)
        try:
            caller.connect(str(path))
        except ConnectionRefusedError:
            return True
        except OSError:
            return False
    return False


def _unquoted(record: logging.LogRecord) -> bool:
    """Take out of the record what a client sent: aiohttp's parser quotes the line, and it may be a token or a value."""
    error = record.exc_info[1] if record.exc_info else None
    while error is not None and not isinstance(error, HttpProcessingError):
        error = error.__cause__ or error.__context__
    if error is not None:
        record.msg = f"{record.msg}: it is not HTTP ({type(error).__name__})"
        record.exc_info = record.exc_text = None
    return True


def _is_there(incoming: web.BaseRequest) -> bool:
    return incoming.transport is not None and not incoming.transport.is_closing()


def _cut(incoming: web.BaseRequest) -> web.Response:
    """Cut the connection; the response returned goes nowhere."""
    if incoming.transport is not None:
        incoming.transport.abort()
    return web.Response(status=500)


async def _request(incoming: web.BaseRequest, host: str) -> Request:
    return Request(
        method=incoming.method,
        path=incoming.url.path,
        host=host,
        port=incoming.url.port or 443,
        query=tuple(incoming.url.query.items()),
        headers=_joined(incoming),
        body=await incoming.clone(client_max_size=MAX_BODY_BYTES).read(),  # aiohttp's own limit is 1 MiB
        client=incoming.remote or LOOPBACK,
    )


def _joined(incoming: web.BaseRequest) -> dict[str, str]:
    """Return the headers by name; a repeated one is joined with commas (RFC 9110 §5.3)."""
    joined: dict[str, str] = {}
    for name, value in incoming.headers.items():
        key = name.lower()
        joined[key] = f"{joined[key]}, {value}" if key in joined else value
    return joined
