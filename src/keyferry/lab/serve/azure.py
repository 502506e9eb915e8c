"""The lab's Azure on a socket: TLS for every host name of every cloud, faults, and the fetches of dialogues."""

import asyncio
import logging
import ssl
from collections.abc import Callable
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

from keyferry.lab.azure import clouds
from keyferry.lab.azure.cloud import Azure
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.issuer_client import IssuerClient
from keyferry.lab.serve.issuers import Issuers
from keyferry.lab.serve.listener import LOOPBACK, Listener
from keyferry.lab.world.faults import Fault, Faults, Kind, Service
from keyferry.lab.world.http import Dialogue, Fetch, Request, Reset, Response, Streaming

_LOG: Final = logging.getLogger("keyferry.lab.issuers")


class AzureServer:
    """Serves one `Azure`. Clients reach it by the real host names through the lab's proxy."""

    def __init__(
        self,
        azure: Azure,
        *,
        now: Callable[[], datetime],
        faults: Faults,
        issuers: Issuers,
        issuer_trust: ssl.SSLContext,
    ) -> None:
        """`issuers` may be filled after the start; `issuer_trust` verifies their certificates."""
        self._azure = azure
        self._now = now
        self._faults = faults
        self._client = IssuerClient(issuers, issuer_trust, _LOG.warning)
        self._listener = Listener(self._serve, now)

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._listener.port

    async def open(
        self,
        authority: Authority,
        *,
        host: str = LOOPBACK,
        port: int = 0,
        names: tuple[str, ...] = ("localhost", LOOPBACK),
    ) -> None:
        """Listen with a certificate of `authority` for the real names and `names`. PortInUseError where it is taken."""
        context = authority.server_context(*clouds.CERTIFICATE_NAMES, *names)
        await self._listener.open(context=context, host=host, port=port)

    async def close(self) -> None:
        """Stop listening and let go of the connections to issuers."""
        await self._listener.close()
        await self._client.close()

    async def _serve(self, request: Request) -> Response | Streaming | Reset:
        service = self._azure.service(request.host)
        if service is None:
            return await self._drive(self._azure.handle(request, self._now()))
        fault = self._faults.decide(service, request)
        await _delay(fault)
        match fault.kind:
            case Kind.STATUS:
                return self._azure.refuse(request, fault.status, fault.retry_after, self._now())
            case Kind.RESET:
                return Reset()
            case Kind.STALL:
                return _stalled()
            case Kind.NONE:
                return await self._drive(self._azure.handle(request, self._now()))

    async def _drive(self, dialogue: Dialogue) -> Response:
        """Carry out what the dialogue yields until it returns its answer."""
        answer: Response | None = None
        try:
            fetch = next(dialogue)
            while True:
                answer = await self._fetch(fetch)
                fetch = dialogue.send(answer)
        except StopIteration as end:
            response: Response = end.value
            return response

    async def _fetch(self, fetch: Fetch) -> Response | None:
        try:
            url = urlsplit(fetch.url)
        except ValueError:  # an issuer that is no URL, as `https://[`, has nobody to answer
            return None
        fault = self._faults.decide(Service.ISSUER, Request(method="GET", host=url.hostname or "", path=url.path))
        await _delay(fault)
        match fault.kind:
            case Kind.STATUS:
                return Response(status=fault.status)
            case Kind.RESET | Kind.STALL:
                return None
            case Kind.NONE:
                return await self._client.fetch(fetch)


async def _delay(fault: Fault) -> None:
    if fault.latency:
        await asyncio.sleep(fault.latency.total_seconds())  # it is the injected latency


def _stalled() -> Streaming:
    """An answer that begins and never goes on."""
    return Streaming(
        read=lambda _now: b"",
        subscribe=lambda _wake: lambda: None,
        headers=(("Content-Type", "application/json; charset=utf-8"),),
    )
