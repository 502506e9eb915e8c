"""Entra's way out: it fetches the discovery documents of the lab's own issuers, and nothing else.

The issuer's real host name is in TLS and in the Host header; only its address is replaced by one on loopback.
"""

import asyncio
import socket
import ssl
from collections.abc import Mapping
from typing import Final

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from keyferry.lab.world.http import Fetch, Response

TIMEOUT_SECONDS: Final = 10.0
MAX_DOCUMENT_BYTES: Final = 1024 * 1024


class IssuerClient:
    """Answers a `Fetch` over TLS. `issuers` maps host names to (address, port); no other host is reached."""

    def __init__(self, issuers: Mapping[str, tuple[str, int]], trust: ssl.SSLContext) -> None:
        self._issuers = issuers
        self._trust = trust
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, fetch: Fetch) -> Response | None:
        """Return the answer, None where there is none in time. Redirects are not followed."""
        try:
            async with self._opened().get(fetch.url, allow_redirects=False) as answer:
                body = await answer.content.read(MAX_DOCUMENT_BYTES)
                return Response(status=answer.status, body=body)
        except (aiohttp.ClientError, TimeoutError, ValueError, OSError):
            return None

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # the transports end in the next turn of the loop

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(
                resolver=_Pinned(self._issuers), ssl=self._trust, use_dns_cache=False, force_close=True
            )
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        return self._session


class _Pinned(AbstractResolver):
    def __init__(self, issuers: Mapping[str, tuple[str, int]]) -> None:
        self._issuers = issuers

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        del port  # the issuer's own port takes its place
        if host not in self._issuers:
            raise OSError(f"{host} is no issuer of the lab")
        address, real_port = self._issuers[host]
        return [
            ResolveResult(
                hostname=host, host=address, port=real_port, family=family, proto=0, flags=socket.AI_NUMERICHOST
            )
        ]

    async def close(self) -> None:
        """Nothing is held."""
