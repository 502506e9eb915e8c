"""An HTTP listener on one address, which says what is wrong with it, and which strangers cannot wear out."""

import asyncio
import errno
import logging
import ssl
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from aiohttp import web

from keyferry.model.errors import SpecError

SHUTDOWN: Final = timedelta(seconds=1)
LINGER_SECONDS: Final = 2.0  # for the rest of a body that nobody reads

_LOG = structlog.get_logger(__name__)
_SILENT = logging.getLogger(f"{__name__}.silent")  # aiohttp quotes what strangers send, and that may hold a key
_SILENT.setLevel(logging.CRITICAL + 1)

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How many connections there may be at once, how long a new one may take to ask, and how long one may rest.

    A connection counts from its TLS `handshake` on, which has a bound of its own.
    """

    connections: int = 1024
    handshake: timedelta = timedelta(seconds=10)
    first_request: timedelta = timedelta(seconds=10)
    keepalive: timedelta = timedelta(seconds=75)


class Listening:
    """Serves one handler from `open` until `close`. `port` is the one it got.

    A handler that fails is answered for with 500, and logged without the exception's text.
    """

    def __init__(self, handler: Handler, limits: Limits | None = None) -> None:
        self._limits = limits or Limits()
        self._server = _Server(handler, self._limits)
        self._listener: asyncio.Server | None = None
        self.port = 0

    async def open(self, address: str, flag: str, tls: ssl.SSLContext | None = None) -> None:
        """Listen on `address`: `:8080` is every interface. SpecError, which names `flag`, when it is wrong or taken.

        With `tls` it is HTTPS.
        """
        host, port = parse_address(address)
        loop, patience = asyncio.get_running_loop(), self._limits.handshake.total_seconds() if tls else None
        try:
            self._listener = await loop.create_server(
                self._server, host or None, port, ssl=tls, ssl_handshake_timeout=patience
            )
        except OSError as refusal:
            taken = refusal.errno == errno.EADDRINUSE
            raise SpecError(
                what=f"cannot listen on {address}",
                cause="the port is in use" if taken else (refusal.strerror or "the system refused"),
                remedy=f"stop what listens there, or choose another with {flag} (port 0 takes a free one)",
            ) from refusal
        self.port = self._listener.sockets[0].getsockname()[1]

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being asked."""
        return self._server.idle.is_set()

    def retire(self) -> None:
        """End each connection with its next answer, so that clients go elsewhere. New ones are still answered."""
        self._server.is_retiring = True

    async def drain(self, patience: timedelta) -> None:
        """Stop listening, and wait until nothing is being asked, or for so long; `close` follows.

        Without this, aiohttp hears no more of a body that is on its way when it closes.
        """
        if self._listener is None:
            return
        self._listener.close()
        with suppress(TimeoutError):
            async with asyncio.timeout(patience.total_seconds()):
                await self._server.idle.wait()

    async def close(self) -> None:
        """Stop listening; what is being answered has a second to end."""
        if self._listener is None:
            return
        self._listener.close()
        await asyncio.sleep(0)  # what came before begins to be answered
        self._server.pre_shutdown()
        await self._server.shutdown(SHUTDOWN.total_seconds())


class _Server(web.Server):
    """Ends connections that ask for nothing; where there are too many, first the one that has rested longest.

    So strangers who hold connections open keep nobody out. Where all are being asked, it is the new one.
    """

    def __init__(self, handler: Handler, limits: Limits) -> None:
        super().__init__(
            self._answer,
            access_log=None,
            logger=_SILENT,
            keepalive_timeout=limits.keepalive.total_seconds(),
            lingering_time=LINGER_SECONDS,
        )
        self._handler = handler
        self._limits = limits
        self._waiting: dict[web.RequestHandler, asyncio.TimerHandle] = {}
        self._resting: dict[web.RequestHandler, None] = {}  # in the order in which they began to
        self._requests = 0
        self.idle = asyncio.Event()  # nothing is being asked
        self.idle.set()
        self.is_retiring = False

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        super().connection_made(handler, transport)
        loop, seconds = asyncio.get_running_loop(), self._limits.first_request.total_seconds()
        self._waiting[handler] = loop.call_later(seconds, handler.force_close)
        if len(self.connections) > self._limits.connections:
            one = next(iter(self._resting), handler)
            self._resting.pop(one, None)
            loop.call_soon(one.force_close)  # aiohttp fails where a connection ends before its task has begun
        self._resting[handler] = None

    def connection_lost(self, handler: web.RequestHandler, exc: BaseException | None = None) -> None:
        super().connection_lost(handler, exc)
        self._asked(handler)
        self._resting.pop(handler, None)

    async def _answer(self, request: web.BaseRequest) -> web.StreamResponse:
        self._asked(request.protocol)
        self._resting.pop(request.protocol, None)
        self._requests += 1
        self.idle.clear()
        try:
            answer = await self._handler(request)
        except Exception as failure:  # noqa: BLE001  (one request must not end the server, whatever is wrong with it)
            _LOG.error("listening.request_failed", path=request.path, cause=type(failure).__name__)
            answer = web.Response(status=500)
        finally:
            if request.transport is not None:
                self._resting[request.protocol] = None
            self._requests -= 1
            if not self._requests:
                self.idle.set()
        if self.is_retiring:
            answer.force_close()
        return answer

    def _asked(self, handler: web.RequestHandler) -> None:
        timer = self._waiting.pop(handler, None)
        if timer is not None:
            timer.cancel()


def parse_address(address: str) -> tuple[str, int]:
    """Split `host:port`, where the host may be empty or a bracketed IPv6 address. SpecError names what is wrong."""
    host, colon, port = address.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or int(port) > 65_535:
        raise SpecError(
            what=f"{address!r} is not an address to listen on",
            cause="it needs a port from 0 to 65535 after a colon",
            remedy="write it as :8080 or 127.0.0.1:8080",
        )
    return host.strip("[]"), int(port)
