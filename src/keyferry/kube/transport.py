"""Requests to one API server: one session, one TLS context, credentials, retries, and refusals as our errors."""

import asyncio
import os
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import aiohttp
from yarl import URL

from keyferry.kube import tls
from keyferry.kube.config import ClusterConfig
from keyferry.kube.credentials import Credentials
from keyferry.kube.turns import Turns
from keyferry.kube.wire import retries, status
from keyferry.kube.wire.status import Asked
from keyferry.model.errors import Bug, KeyferryError, Unavailable, foreign
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock
from keyferry.runtime.proxies import proxy_for

CONNECT_TIMEOUT: Final = timedelta(seconds=10)
REQUEST_TIMEOUT: Final = timedelta(seconds=30)
KEEPALIVE: Final = timedelta(seconds=30)  # shorter than any load balancer's
READ_BUFFER_BYTES: Final = 2**18  # a Secret may be 1 MiB; a small buffer costs a wake-up for each 64 KiB
CONNECTIONS: Final = 16  # for requests; watches have their own. asyncio keeps a TLS buffer of 256 KiB for each

JSON: Final = "application/json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. `path` is encoded and has its query."""

    asked: Asked
    method: str
    path: str
    body: bytes = b""
    content_type: str = JSON
    accept: str = JSON
    is_awaited: bool = False  # by many, so it goes before what one task wants

    @property
    def is_read(self) -> bool:
        """Whether repeating it can change nothing."""
        return self.method == "GET"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Failure:
    error: KeyferryError
    retry_after: timedelta | None = None


class Transport:
    """Open between `open` and `close`. `jitter` returns a number in [0, 1)."""

    def __init__(
        self, config: ClusterConfig, clock: Clock, jitter: Callable[[], float], connections: int = CONNECTIONS
    ) -> None:
        self._config = config
        self._jitter = jitter
        self._turns = Turns(connections)
        self._context = tls.context(config)
        self._proxy = config.proxy_url or proxy_for(config.server, os.environ) or None
        self._credentials = Credentials(
            config,
            clock,
            lambda certificate: tls.present(self._context, certificate, config),
        )
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        """Make the session. No connection is made yet."""
        connector = aiohttp.TCPConnector(
            ssl=self._context,
            limit=0,  # turns are the limit, and a watch, which lasts, takes none from a request
            keepalive_timeout=KEEPALIVE.total_seconds(),
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=True,
            read_bufsize=READ_BUFFER_BYTES,
            headers=[("User-Agent", "keyferry"), ("Accept-Encoding", "identity"), *self._config.impersonation],
        )

    async def close(self) -> None:
        """Close every connection. Requests under way fail with Unavailable."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def send(self, call: Call) -> bytes:
        """Return the answer's body. Reads are repeated a few times where waiting may help, writes only after 429."""
        attempt = 1
        while True:
            await self._turns.enter(is_awaited=call.is_awaited)
            try:
                outcome = await self._exchange(call)
            finally:
                self._turns.leave()
            if isinstance(outcome, bytes):
                return outcome
            wait = retries.wait_before_retry(
                outcome.error,
                attempt,
                is_read=call.is_read,
                asked=outcome.retry_after,
                jitter=self._jitter(),
            )
            if wait is None:
                raise outcome.error
            await asyncio.sleep(wait.total_seconds())
            attempt += 1

    async def stream(self, call: Call, idle: timedelta) -> AsyncGenerator[bytes, None]:
        """Yield b"" once the server has accepted, then bytes as they come.

        Unavailable when none comes for `idle`, or the stream breaks off.
        """
        limits = aiohttp.ClientTimeout(
            connect=REQUEST_TIMEOUT.total_seconds(),
            sock_connect=CONNECT_TIMEOUT.total_seconds(),
            sock_read=idle.total_seconds(),
        )
        response = await self._respond(call, limits)
        try:
            if response.status != 200:
                raise (await self._failure(call, response)).error
            yield b""
            while chunk := await response.content.readany():
                yield chunk
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise _unreachable(call, problem) from None
        finally:
            response.close()  # never back into the pool: the rest of the stream is unread

    async def _exchange(self, call: Call) -> bytes | _Failure:
        try:
            async with await self._respond(call, _LIMITS) as response:
                if 200 <= response.status < 300:
                    return await response.read()
                return await self._failure(call, response)
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            return _Failure(error=_unreachable(call, problem))
        except Unavailable as problem:
            return _Failure(error=problem)

    async def _respond(self, call: Call, limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        """Send with the current token, and once more with a new one when the server no longer takes it."""
        token = await self._credentials.token()
        response = await self._request(call, token, limits)
        if response.status == 401 and self._credentials.refused(token):
            response.release()
            response = await self._request(call, await self._credentials.token(), limits)
        return response

    async def _request(self, call: Call, token: SecretValue, limits: aiohttp.ClientTimeout) -> aiohttp.ClientResponse:
        if self._session is None:
            raise Bug(what="the Kubernetes client is used outside its `async with`")
        headers = {"Accept": call.accept}
        if len(token):
            headers["Authorization"] = f"Bearer {token.reveal().decode('latin-1')}"
        if call.body:
            headers["Content-Type"] = call.content_type
        try:
            return await self._session.request(
                call.method,
                URL(self._config.server + call.path, encoded=True),
                data=call.body or None,
                headers=headers,
                timeout=limits,
                proxy=self._proxy,
                server_hostname=self._config.server_name or None,
                allow_redirects=False,  # the token goes to the configured server alone
            )
        except (aiohttp.ClientError, TimeoutError, OSError) as problem:
            raise _unreachable(call, problem) from None

    async def _failure(self, call: Call, response: aiohttp.ClientResponse) -> _Failure:
        answer = status.decode(await response.read())
        wait = status.retry_after(response.headers.get("Retry-After", ""), answer)
        return _Failure(error=status.refusal(call.asked, answer, response.status, wait), retry_after=wait)


_LIMITS: Final = aiohttp.ClientTimeout(
    total=REQUEST_TIMEOUT.total_seconds(), sock_connect=CONNECT_TIMEOUT.total_seconds()
)


def _unreachable(call: Call, problem: Exception) -> Unavailable:
    """Return the error of a connection. A proxy's answer is reduced to its number: its URL may hold a password."""
    if isinstance(problem, aiohttp.ClientResponseError):
        cause = f"the proxy answered {problem.status}"
    elif isinstance(problem, TimeoutError):
        cause = "no answer in time"
    else:
        cause = foreign(str(problem)) or type(problem).__name__
    return Unavailable(
        what=f"cannot reach the API server to {call.asked}",
        cause=cause,
        remedy="check its address, certificate authority and the network; keyferry tries again",
        where=call.asked.where,
    )
