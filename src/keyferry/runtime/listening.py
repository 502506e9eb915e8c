"""A plain HTTP listener on one address, which says what is wrong with it."""

import errno
from collections.abc import Awaitable, Callable
from typing import Final

from aiohttp import web

from keyferry.model.errors import SpecError

SHUTDOWN_SECONDS: Final = 1.0

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


class Listening:
    """Serves one handler from `open` until `close`. `port` is the one it got."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._runner: web.ServerRunner | None = None
        self.port = 0

    async def open(self, address: str, flag: str) -> None:
        """Listen on `address`: `:8080` is every interface. SpecError, which names `flag`, when it is wrong or taken."""
        host, port = parse_address(address)
        self._runner = web.ServerRunner(web.Server(self._handler, access_log=None), shutdown_timeout=SHUTDOWN_SECONDS)
        await self._runner.setup()
        site = web.TCPSite(self._runner, host or None, port)
        try:
            await site.start()
        except OSError as refusal:
            await self._runner.cleanup()
            taken = refusal.errno == errno.EADDRINUSE
            raise SpecError(
                what=f"cannot listen on {address}",
                cause="the port is in use" if taken else (refusal.strerror or "the system refused"),
                remedy=f"stop what listens there, or choose another with {flag} (port 0 takes a free one)",
            ) from refusal
        self.port = self._runner.addresses[0][1]

    async def close(self) -> None:
        """Stop listening; what is being answered has a second to end."""
        if self._runner is not None:
            await self._runner.cleanup()


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
