"""The lab's Azure behind the face of an aiohttp session, without sockets: for stories that run in virtual time."""

import asyncio
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Self
from urllib.parse import parse_qsl, unquote, urlencode, urlsplit

import aiohttp
from multidict import CIMultiDict

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world import damage
from keyferry.lab.world.faults import Faults, Kind, Service
from keyferry.lab.world.http import Request, Response
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.secrets import SecretValue
from tests.fakes import lab_azure

LATENCY = 0.02


class VirtualClock:
    """Real time at the start, then the loop's own: what azure-identity stamps with real time stays near."""

    def __init__(self) -> None:
        self._began = datetime.now(UTC)  # noqa: TID251  (a start must be somewhere)
        self._ticks = asyncio.get_running_loop().time()

    def now(self) -> datetime:
        return self._began + timedelta(seconds=asyncio.get_running_loop().time() - self._ticks)


class LabAnswer:
    """One answer, whole or broken."""

    def __init__(self, response: Response, kind: Kind) -> None:
        self.status = response.status
        self.reason = ""
        self.headers = CIMultiDict(response.headers)
        self.content = self
        self._body = response.body
        self._kind = kind

    async def read(self, size: int = -1) -> bytes:
        """Return the body, or its next part; it is read once."""
        match self._kind:
            case Kind.STALL | Kind.STALL_MIDWAY:
                await asyncio.Event().wait()
            case Kind.CUT:
                raise aiohttp.ClientPayloadError("the connection ended")
        part = self._body if size < 0 else self._body[:size]
        self._body = self._body[len(part) :]
        return part

    def close(self) -> None:
        """There is no connection to let go."""


class LabSession:
    """Answers `request` as aiohttp does. `sent` is when each request to a vault left, by the loop's clock."""

    auto_decompress = True

    def __init__(self, azure: Azure, clock: VirtualClock, faults: Faults | None = None) -> None:
        self._azure = azure
        self._clock = clock
        self._faults = faults or Faults()
        self.sent: deque[float] = deque()
        self.broken = 0

    async def __aenter__(self) -> Self:
        return self

    async def request(self, method: str, url: str, **options: Any) -> LabAnswer:
        request = _request(method, url, options)
        service = self._azure.service(request.host)
        assert service is not None, f"nobody is at {request.host}"
        if service is Service.VAULT:
            self.sent.append(asyncio.get_running_loop().time())
        fault = self._faults.decide(service, request, self._clock.now())
        await asyncio.sleep(LATENCY + fault.latency.total_seconds())
        self.broken += fault.kind is not Kind.NONE
        match fault.kind:
            case Kind.RESET:
                raise aiohttp.ClientOSError("reset")
            case Kind.STATUS:
                refusal = self._azure.refuse(request, fault.status, fault.retry_after, self._clock.now())
                return LabAnswer(damage.dated(refusal, self._clock.now()), Kind.NONE)
            case Kind.GARBAGE:
                return LabAnswer(Response(status=200, body=damage.GARBAGE), Kind.NONE)
            case kind:
                return LabAnswer(damage.dated(self._handled(request), self._clock.now()), kind)

    def _handled(self, request: Request) -> Response:
        """Carry out the dialogue; the cluster's issuer always answers."""
        dialogue = self._azure.handle(request, self._clock.now())
        answer: Response | None = None
        try:
            fetch = next(dialogue)
            while True:
                answer = lab_azure.issuer_answers().get(fetch.url)
                fetch = dialogue.send(answer)
        except StopIteration as end:
            response: Response = end.value
            return response


@dataclass(frozen=True, slots=True, kw_only=True)
class _Token:
    token: SecretValue
    expires: datetime


class ClusterTokens:
    """TokenRequest of the cluster whose issuer the lab's Entra reads: genuine signatures, an hour long."""

    def __init__(self, clock: VirtualClock) -> None:
        self._clock = clock

    async def create_token(
        self, account: ServiceAccountRef, audiences: tuple[str, ...], expiration: timedelta | None = None
    ) -> _Token:
        issued = int(self._clock.now().timestamp())
        subject = f"system:serviceaccount:{account.namespace}:{account.name}"
        text = lab_azure.assertion(
            sub=subject, aud=list(audiences), iat=issued, nbf=issued, exp=issued + 3600, jti=f"{issued}/{subject}"
        )
        return _Token(token=SecretValue(text.encode()), expires=self._clock.now() + timedelta(hours=1))


def _request(method: str, url: str, options: Mapping[str, Any]) -> Request:
    parts = urlsplit(url)
    body = options.get("data") or b""
    if isinstance(body, Mapping):
        body = urlencode(body)
    return Request(
        method=method,
        path=unquote(parts.path),
        host=(parts.hostname or "").lower(),
        port=parts.port or 443,
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers={name.lower(): value for name, value in (options.get("headers") or {}).items()},
        body=body.encode() if isinstance(body, str) else body,
    )
