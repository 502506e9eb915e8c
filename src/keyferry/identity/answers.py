"""Keeps what a service last answered, so that an error can be explained whatever the vendor's client made of it.

Called by identity.exchange and vault.wire.
"""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import aiohttp
from azure.core.exceptions import AzureError

from keyferry.identity.borrowed import BorrowedTransport
from keyferry.identity.http import SharedTransport
from keyferry.identity.tally import Outcome, RequestKind, Tally, outcome_of
from keyferry.model.errors import foreign

BODY_LIMIT_BYTES: Final = 16 * 1024  # an error's body; longer ones are no error of Azure's
LONGEST_RETRY_AFTER: Final = timedelta(hours=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """An HTTP answer that is not a success. Never that of a success: its body would hold a token or a value."""

    status: int
    body: bytes
    retry_after: timedelta | None
    challenge: str  # the WWW-Authenticate header


class AnswerKeeper(BorrowedTransport):
    """A transport that counts requests and keeps the last answer. One for each call, over the shared one."""

    def __init__(self, transport: SharedTransport, tally: Tally, kind: RequestKind) -> None:
        self._transport = transport
        self._tally = tally
        self._kind = kind
        self.connection_config = transport.connection_config
        self.answer: Answer | None = None

    async def send(self, request: Any, **kwargs: Any) -> Any:
        """Send one request over the shared transport. Raises azure-core's errors."""
        self.answer = None
        try:
            response = await self._transport.send(request, **kwargs)
        except AzureError:
            self._tally.count(self._kind, Outcome.UNAVAILABLE)
            raise
        self._tally.count(self._kind, outcome_of(response.status_code))
        self.answer = answer_of(response)
        return response


def answer_of(response: Any) -> Answer:
    """Return what may be kept of an azure-core response whose body has been read."""
    status = int(response.status_code)
    headers = response.headers
    return Answer(
        status=status,
        body=response.content[:BODY_LIMIT_BYTES] if status >= 400 else b"",
        retry_after=retry_after_of(headers.get("Retry-After", "")),
        challenge=headers.get("WWW-Authenticate", ""),
    )


def retry_after_of(text: str) -> timedelta | None:
    """Return the wait in `Retry-After` given in seconds, at most an hour; None for a date or anything else."""
    try:
        seconds = float(text)
    except ValueError:
        return None
    if not seconds >= 0:  # also refuses NaN
        return None
    return min(timedelta(seconds=min(seconds, LONGEST_RETRY_AFTER.total_seconds())), LONGEST_RETRY_AFTER)


def network_cause(error: BaseException) -> str:
    """Say in a few words why no answer came: name, connection, certificate, time, or the proxy."""
    inner = getattr(error, "inner_exception", None) or error
    match inner:
        case aiohttp.ClientConnectorDNSError():
            return f"the name {inner.host} does not resolve"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientConnectorSSLError():
            return f"TLS with {inner.host} fails: {foreign(str(inner.__cause__ or inner.args[-1]))}"
        case aiohttp.ClientProxyConnectionError():
            return f"the proxy {inner.host}:{inner.port} does not answer"
        case aiohttp.ClientHttpProxyError():
            return f"the proxy refused the connection with status {inner.status} {foreign(inner.message)}"
        case aiohttp.ClientConnectorError():
            return f"no connection to {inner.host}:{inner.port}: {foreign(inner.os_error.strerror or 'refused')}"
        case TimeoutError():
            return "no answer in time"
        case aiohttp.ServerDisconnectedError() | aiohttp.ClientPayloadError() | aiohttp.ClientOSError():
            return "the connection broke off"
        case _:
            return f"the answer was not understood ({type(inner).__name__})"
