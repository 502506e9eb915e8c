"""Entra's way out: it fetches the discovery documents of the issuers that the lab was told of, and nothing else.

The issuer's real host name is in TLS and in the Host header; only the address is another.
"""

import asyncio
import ssl
from collections.abc import Callable
from typing import Final
from urllib.parse import urlsplit

import aiohttp
from yarl import URL

from keyferry.lab.serve.issuers import Address, Issuers
from keyferry.lab.world.http import Fetch, Response

TIMEOUT_SECONDS: Final = 10.0
MAX_DOCUMENT_BYTES: Final = 1024 * 1024
MAX_SHOWN: Final = 200
MAX_REMEMBERED: Final = 256


class IssuerClient:
    """Answers a `Fetch` over TLS, as `issuers` leads.

    `tell` hears in words why a document could not be had, once for each document and reason.
    """

    def __init__(
        self, issuers: Issuers, trust: ssl.SSLContext, tell: Callable[[str], None] = lambda _why: None
    ) -> None:
        self._issuers = issuers
        self._trust = trust
        self._tell = tell
        self._told: dict[str, str] = {}
        self._session: aiohttp.ClientSession | None = None

    async def fetch(self, fetch: Fetch) -> Response | None:
        """Return the answer, None where there is none in time. Redirects are not followed."""
        answer, problem = await self._attempt(fetch.url)
        if problem and self._told.get(fetch.url) != problem:
            self._tell(f"{fetch.url[:MAX_SHOWN]!r} {problem}")
        if len(self._told) > MAX_REMEMBERED:
            self._told.clear()
        self._told[fetch.url] = problem
        return answer

    async def problem(self, issuer: str) -> str:
        """Return why the discovery document of `issuer` cannot be had, "" where it can."""
        url = f"{issuer.rstrip('/')}/.well-known/openid-configuration"
        _, problem = await self._attempt(url)
        self._told[url] = problem  # whoever asked here tells it
        return problem

    async def _attempt(self, url: str) -> tuple[Response | None, str]:
        try:
            address = self._issuers.find(url)
        except ValueError:
            address = None
        if address is None:
            return None, "is not known to the lab: no --issuer-map leads there"
        try:
            answer = await self._get(url, address)
        except aiohttp.ClientConnectorCertificateError as refusal:
            why = _unquoted(str(refusal.certificate_error))
            return None, f"at {address} has a certificate that is not trusted: {why}; name its CA with --issuer-ca"
        except TimeoutError:
            return None, f"at {address} did not answer within {TIMEOUT_SECONDS:g} s"
        except (aiohttp.ClientError, ValueError, OSError) as refusal:
            return None, f"cannot be had from {address}: {type(refusal).__name__}"
        return answer, "" if answer.status == 200 else f"at {address} answered {answer.status}{_advice(answer.status)}"

    async def close(self) -> None:
        """Let go of the connections."""
        if self._session is not None:
            await self._session.close()
            await asyncio.sleep(0)  # the transports end in the next turn of the loop

    async def _get(self, url: str, address: Address) -> Response:
        parts = urlsplit(url)
        there = URL(url, encoded=True).with_host(address.host).with_port(address.port)
        async with self._opened().get(
            there, headers={"Host": parts.netloc}, server_hostname=parts.hostname, allow_redirects=False
        ) as answer:
            body = await answer.content.read(MAX_DOCUMENT_BYTES)
            return Response(status=answer.status, body=body)

    def _opened(self) -> aiohttp.ClientSession:
        if self._session is None:
            connector = aiohttp.TCPConnector(ssl=self._trust, use_dns_cache=False, force_close=True)
            timeout = aiohttp.ClientTimeout(total=TIMEOUT_SECONDS)
            self._session = aiohttp.ClientSession(connector=connector, timeout=timeout, trust_env=False)
        return self._session


def _advice(status: int) -> str:
    """https://kubernetes.io/docs/tasks/configure-pod-container/configure-service-account/#service-account-issuer-discovery"""
    if status not in (401, 403):
        return ""
    role = "system:service-account-issuer-discovery"
    return f": a cluster lets Entra read it once the ClusterRole {role} is bound to the group system:unauthenticated"


def _unquoted(text: str) -> str:
    """Take the reason out of OpenSSL's words: `… certificate verify failed: REASON (_ssl.c:1006)`."""
    return text.rpartition("verify failed: ")[2].partition(" (_ssl.c")[0][:MAX_SHOWN]
