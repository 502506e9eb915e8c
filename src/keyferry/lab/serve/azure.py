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
from keyferry.lab.azure.eventgrid import source
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.flaws import Flaws
from keyferry.lab.serve.issuer_client import IssuerClient
from keyferry.lab.serve.issuers import Issuers
from keyferry.lab.serve.keeping import NotKeptError
from keyferry.lab.serve.listener import LOOPBACK, Listener
from keyferry.lab.world import damage
from keyferry.lab.world.faults import Fault, Faults, Flaw, Kind, Service
from keyferry.lab.world.http import Answer, Dialogue, Fetch, Request, Reset, Response

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
        kept: Callable[[Request], None] = lambda _request: None,
    ) -> None:
        """`issuers` may be filled after the start; `issuer_trust` verifies their certificates.

        `kept` is called after each request that was carried out, before its answer goes; NotKeptError takes that away.
        """
        self._kept = kept
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
        real = (*clouds.CERTIFICATE_NAMES, *source.CERTIFICATE_NAMES)
        flaws = Flaws(authority, (*real, *names), self._flaw)
        await self._listener.open(context=flaws.context(), host=host, port=port)

    async def close(self) -> None:
        """Stop listening and let go of the connections to issuers."""
        await self._listener.close()
        await self._client.close()

    async def issuer_problem(self, issuer: str) -> str:
        """Return why Entra cannot read the discovery document of `issuer`, "" where it can."""
        return await self._client.problem(issuer)

    async def _serve(self, request: Request) -> Answer:
        service = self._azure.service(request.host)
        if service is None:
            return await self._drive(self._azure.handle(request, self._now()))
        fault = self._faults.decide(service, request, self._now())
        await delay(fault)
        now = self._now() + fault.skew
        match fault.kind:
            case Kind.RESET:
                return Reset()
            case Kind.STATUS:
                refusal = self._azure.refuse(request, fault.status, fault.retry_after, now)
                return damage.dated(damage.told_late(refusal, fault, now), now)
            case _:
                response = await self._drive(self._azure.handle(request, now))
                return damage.damaged(damage.dated(response, now), fault.kind) if self._is_kept(request) else Reset()

    def _is_kept(self, request: Request) -> bool:
        try:
            self._kept(request)
        except NotKeptError:
            return False
        return True

    def _flaw(self, host: str) -> Flaw | None:
        service = self._azure.service(host)
        return None if service is None else self._faults.flaw(service, host, self._now())

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
        request = Request(method="GET", host=url.hostname or "", path=url.path)
        fault = self._faults.decide(Service.ISSUER, request, self._now())
        await delay(fault)
        match fault.kind:
            case Kind.NONE:
                return await self._client.fetch(fetch)
            case Kind.STATUS:
                return Response(status=fault.status)
            case Kind.GARBAGE:
                return Response(status=200, body=damage.GARBAGE)
            case _:
                return None


async def delay(fault: Fault) -> None:
    """Wait for as long as the fault has the answer wait."""
    if fault.latency:
        await asyncio.sleep(fault.latency.total_seconds())  # it is the injected latency
