"""The transport under each vault's client: every request takes its turn in the vault's lane and is counted."""

import asyncio
from typing import Any, Final
from urllib.parse import urlsplit

from azure.core.exceptions import AzureError, ServiceResponseTimeoutError

from keyferry.identity.borrowed import BorrowedTransport
from keyferry.identity.http import REQUEST_SECONDS, SharedTransport
from keyferry.identity.tally import Outcome, RequestKind, Tally, outcome_of
from keyferry.model.errors import Unavailable
from keyferry.vault import bodies, dates
from keyferry.vault.lane import Lane
from keyferry.vault.sent import Sent
from keyferry.vault.throttle import Priority

# Names of options that a client's method passes down through azure-core's pipeline to here.
KIND: Final = "keyferry_kind"
PRIORITY: Final = "keyferry_priority"
SENT: Final = "keyferry_sent"


class LaneTransport(BorrowedTransport):
    """Sends one client's requests to a vault over the shared transport, retries and challenges included."""

    def __init__(self, transport: SharedTransport, lane: Lane, tally: Tally) -> None:
        self._transport = transport
        self._lane = lane
        self._host = urlsplit(lane.vault_url).hostname
        self._tally = tally
        self.connection_config = transport.connection_config
        self.opens = False  # while it does, all its requests are as urgent as first reads: others wait for them

    async def send(self, request: Any, **kwargs: Any) -> Any:
        """Send one request when its turn comes.

        Raises azure-core's errors, Unavailable, and ValueError for what no vault answers, as a link to another host.
        """
        if urlsplit(request.url).hostname != self._host:
            raise ValueError("a link leads to another host")
        kind: RequestKind = kwargs.pop(KIND, RequestKind.GET)
        sent: Sent | None = kwargs.pop(SENT, None)
        priority = kwargs.pop(PRIORITY, Priority.FIRST_READ)
        await self._lane.enter(Priority.FIRST_READ if self.opens else priority, whose=self)
        if sent is not None:
            sent.leaves()
        try:
            response = await self._whole(request, kind, kwargs)
        except (AzureError, Unavailable, ValueError):
            self._tally.count(kind, Outcome.UNAVAILABLE)
            raise
        finally:
            self._lane.leave()
        vault_time = dates.http_date(response.headers.get("Date", ""))
        if sent is not None:
            sent.answered(vault_time)
        status = response.status_code
        if status == 401 and "Authorization" not in request.headers:
            self._tally.count(RequestKind.CHALLENGE, Outcome.OK)
        else:
            self._tally.count(kind, outcome_of(status))
        self._lane.answered(
            throttled=status == 429,
            retry_after=dates.retry_after(response.headers.get("Retry-After", ""), vault_time)
            if status == 429
            else None,
        )
        return response

    async def _whole(self, request: Any, kind: RequestKind, options: dict[str, Any]) -> Any:
        try:
            async with asyncio.timeout(REQUEST_SECONDS):  # of the body, too
                response = await self._transport.send(request, **{**options, "stream": True})
                await bodies.load(response, kind)
        except TimeoutError as late:
            raise ServiceResponseTimeoutError("no whole answer in time", error=late) from late
        return response
