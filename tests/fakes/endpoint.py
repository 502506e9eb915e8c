"""An HTTPS endpoint that subscribed to events: it answers as it is told, and a test can wait for what comes."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.issuers import Address
from keyferry.lab.serve.listener import Listener
from keyferry.lab.world.http import Request, Response
from tests.fakes.patience import patient

HOST = "hooks.example"
URL = f"https://{HOST}/events?key=very-secret"
OPTIONS = (("WebHook-Allowed-Origin", "eventgrid.azure.net"), ("WebHook-Allowed-Rate", "*"))


class Endpoint:
    """Keeps every request. `statuses` are those of the next answers to events; then it is 200."""

    def __init__(self) -> None:
        self.statuses: list[int] = []
        self.silent = False  # it takes the handshake's question without an answer
        self.address = Address(host="127.0.0.1", port=0)
        self._arrived: asyncio.Queue[Request] = asyncio.Queue()

    async def serve(self, request: Request) -> Response:
        """Answer one request."""
        self._arrived.put_nowait(request)
        if request.method == "OPTIONS":
            return Response(status=200, headers=() if self.silent else OPTIONS)
        if request.headers.get("aeg-event-type") == "SubscriptionValidation":
            code = self.question(request)["validationCode"]
            return Response(status=200, body=b"" if self.silent else json.dumps({"validationResponse": code}).encode())
        return Response(status=self.statuses.pop(0) if self.statuses else 200)

    async def next(self) -> Request:
        """Wait for the next request."""
        async with patient():
            return await self._arrived.get()

    async def events(self) -> list[dict[str, Any]]:
        """Wait for the next request, and return the events in it."""
        content = json.loads((await self.next()).body)
        return content if isinstance(content, list) else [content]

    def question(self, request: Request) -> dict[str, str]:
        """The code and the URL of a validation event."""
        (event,) = json.loads(request.body)
        data: dict[str, str] = event["data"]
        return data

    def where(self, url: str) -> Address | None:
        """Where its host name leads."""
        return self.address if url.startswith(f"https://{HOST}/") else None

    @property
    def idle(self) -> bool:
        """Whether nothing came that nobody waited for."""
        return self._arrived.empty()


@asynccontextmanager
async def running(authority: Authority, now: Callable[[], datetime] | None = None) -> AsyncIterator[Endpoint]:
    """An endpoint with a certificate of `authority`, while entered."""
    endpoint = Endpoint()
    listener = Listener(endpoint.serve, now or (lambda: datetime.now(UTC)))  # noqa: TID251  (real sockets, real time)
    await listener.open(context=authority.server_context(HOST))
    endpoint.address = Address(host="127.0.0.1", port=listener.port)
    try:
        yield endpoint
    finally:
        await listener.close()
