"""HTTPS to Azure: one session for all clients, and the company's proxy and certificates as the environment names them.

`HTTPS_PROXY`, `NO_PROXY` and `SSL_CERT_FILE` are honoured. aiohttp's own `trust_env` is not used: it goes to a thread
twice for every request, and lets a ~/.netrc entry for a vault's host break the bearer token.
"""

import asyncio
import logging
import os
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import aiohttp
from azure.core.exceptions import ServiceResponseTimeoutError
from azure.core.pipeline.transport import AioHttpTransport
from yarl import URL

from keyferry.identity.borrowed import BorrowedTransport
from keyferry.runtime.proxies import proxy_for

CONNECTIONS: Final = 256
CONNECTIONS_PER_HOST: Final = 32  # asyncio keeps a TLS buffer of 256 KiB for each
CONNECT_SECONDS: Final = 5.0
READ_SECONDS: Final = 10.0
REQUEST_SECONDS: Final = 15.0  # of one attempt, so that a body which drips does not hold a place for ever
KEEPALIVE_SECONDS: Final = 60.0
DNS_CACHE_SECONDS: Final = 30
MAX_BODY_BYTES: Final = 4 * 1024 * 1024  # the longest answer is a page of a vault's list


class BoundedResponse(aiohttp.ClientResponse):
    """Reads a body of at most `MAX_BODY_BYTES`: whoever writes a store names the addresses that answer."""

    async def read(self) -> bytes:
        """Return the body. ClientPayloadError when it is too long."""
        body = bytearray()
        while self._body is None:
            chunk = await self._next_chunk()
            body += chunk
            if len(body) > MAX_BODY_BYTES:
                self.close()
                raise aiohttp.ClientPayloadError(f"the answer is longer than {MAX_BODY_BYTES} bytes")
            if not chunk:
                self._body = bytes(body)
        return await super().read()

    async def _next_chunk(self) -> bytes:
        try:
            return await self.content.readany()
        except BaseException:
            self.close()
            raise


def open_session(
    *, extra_ca: Path | None = None, connections_per_host: int = CONNECTIONS_PER_HOST
) -> aiohttp.ClientSession:
    """Return a session for every Azure client of this process; the caller closes it.

    One TLS context is built here and used for all connections. It trusts the system's certificates, those of
    `SSL_CERT_FILE` where that is set, and `extra_ca` (PEM). Must be called within a running event loop.
    The vendor's loggers are set to errors only: at INFO they print headers, and what fails is told by keyferry.
    """
    logging.getLogger("azure").setLevel(logging.ERROR)
    context = ssl.create_default_context()
    if extra_ca is not None:
        context.load_verify_locations(cafile=extra_ca)
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(
            ssl=context,
            limit=CONNECTIONS,
            limit_per_host=connections_per_host,
            keepalive_timeout=KEEPALIVE_SECONDS,
            ttl_dns_cache=DNS_CACHE_SECONDS,
        ),
        cookie_jar=aiohttp.DummyCookieJar(),
        response_class=BoundedResponse,
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS, sock_read=READ_SECONDS),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Proxy:
    """A proxy's address, and the login it asks for. Its repr hides the login."""

    url: URL
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)


class Proxies:
    """Which proxy stands before which host, as `HTTPS_PROXY` and `NO_PROXY` say. Answers are kept for each host."""

    def __init__(self, environment: Mapping[str, str] = os.environ) -> None:
        self._environment = environment
        self._known: dict[str, Proxy | None] = {}

    def before(self, host: str) -> Proxy | None:
        """Return the proxy for `host`, or None where there is none to use."""
        if host not in self._known:
            self._known[host] = self._look_up(host)
        return self._known[host]

    def _look_up(self, host: str) -> Proxy | None:
        address = proxy_for(f"https://{host}", self._environment)
        if not address:
            return None
        proxy = URL(address)
        if not proxy.user:
            return Proxy(url=proxy)
        login = aiohttp.encode_basic_auth(proxy.user, proxy.password or "")
        return Proxy(url=proxy.with_user(None), headers={"Proxy-Authorization": login})


class SharedTransport(BorrowedTransport):
    """azure-core's transport over the shared session: explicit timeouts, the proxy chosen once for each host.

    The session's own TLS context is used; passing `connection_verify` would build one for every request.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        proxies: Proxies,
        request_seconds: float = REQUEST_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        self._request_seconds = request_seconds
        self._wire = AioHttpTransport(
            session=session,
            session_owner=False,
            connection_timeout=connect_seconds,
            read_timeout=READ_SECONDS,
        )
        self._proxies = proxies
        self.connection_config = self._wire.connection_config  # azure-core's retry policy looks here

    async def send(self, request: Any, **kwargs: Any) -> Any:
        """Send one request, through the proxy where there is one. Raises azure-core's errors."""
        proxy = self._proxies.before(URL(request.url).host or "")
        if proxy is not None:
            kwargs["proxy"], kwargs["proxy_headers"] = proxy.url, proxy.headers or None
        try:
            async with asyncio.timeout(self._request_seconds):
                return await self._wire.send(request, **kwargs)
        except TimeoutError as late:
            raise ServiceResponseTimeoutError("no whole answer in time", error=late) from late
