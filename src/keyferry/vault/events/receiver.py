"""Where Event Grid delivers: one HTTP path that takes events of both schemas and answers their handshakes.

https://learn.microsoft.com/azure/event-grid/end-point-validation-event-grid-events-schema and
https://learn.microsoft.com/azure/event-grid/end-point-validation-cloud-events-schema. Event Grid demands a certificate
that is publicly trusted, so an ingress or gateway ends TLS before this server.
"""

import asyncio
import re
from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

import structlog
from aiohttp import web
from joserfc import jws
from joserfc.errors import JoseError

from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import Clock
from keyferry.runtime.listening import Limits, Listening
from keyferry.vault.events import access, hints
from keyferry.vault.events.access import Expected
from keyferry.vault.events.hints import Handshake, Hint, MalformedError
from keyferry.vault.events.tenant_keys import TenantKeys

PATH: Final = "/events"
MAX_BODY_BYTES: Final = 2 * 1024 * 1024  # a batch has 1 MB at most
MAX_CONNECTIONS: Final = 256
PATIENCE: Final = timedelta(seconds=10)  # the sender waits 30 s for everything
_ORIGIN: Final = re.compile(r"eventgrid\.azure\.[a-z]{2,3}")
RETRY_SECONDS: Final = "10"

_LOG = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Who is let in: who knows one of `keys`, or has a token of the tenant as `expected`; nobody by default."""

    keys: Collection[SecretValue] = ()
    expected: Expected | None = None
    tenant_keys: TenantKeys | None = None


class Receiver:
    """Serves /events until it is closed. `wake` gets a delivery's hints; `is_working` tells whether anybody listens.

    A replica that does not work answers 503, so that Event Grid tries again and meets the one that does. So does one
    that cannot get Entra's keys: after 401 Event Grid waits for minutes.
    """

    def __init__(
        self,
        gate: Gate,
        clock: Clock,
        wake: Callable[[Collection[Hint]], None],
        is_working: Callable[[], bool],
        patience: timedelta = PATIENCE,
    ) -> None:
        """`patience` is how long a body may take to come."""
        self._gate = gate
        self._clock = clock
        self._wake = wake
        self._is_working = is_working
        self._patience = patience
        self._listening = Listening(self._serve, Limits(connections=MAX_CONNECTIONS))
        self._answers: Counter[int] = Counter()

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self._listening.port

    @property
    def answers(self) -> Mapping[int, int]:
        """How many requests were answered, by status."""
        return dict(self._answers)

    async def open(self, address: str) -> None:
        """Listen on `address`. SpecError when it is malformed or taken."""
        await self._listening.open(address, "--events-addr")

    async def close(self) -> None:
        """Stop listening."""
        await self._listening.close()

    async def _serve(self, request: web.BaseRequest) -> web.StreamResponse:
        answer = await self._answer(request)
        self._answers[answer.status] += 1
        return answer

    async def _answer(self, request: web.BaseRequest) -> web.Response:
        if request.path != PATH:
            return _text(404, f"events are taken at {PATH}")
        if request.method == "OPTIONS":
            return _stranger() if self._has_wrong_key(request) else _consent(request)
        if request.method != "POST":
            return web.Response(status=405, headers={"Allow": "POST, OPTIONS"})
        refusal = await self._refusal(request)
        return await self._read(request) if refusal is None else refusal

    async def _read(self, request: web.BaseRequest) -> web.Response:
        """Take the body of somebody who was let in."""
        try:
            async with asyncio.timeout(self._patience.total_seconds()):
                body = await request.clone(client_max_size=MAX_BODY_BYTES).read()
            told = hints.parse(body)
        except web.HTTPRequestEntityTooLarge:
            return _text(413, "the delivery is too large")
        except MalformedError as problem:
            return _text(400, str(problem))
        except (web.RequestPayloadError, ConnectionError):
            return _text(400, "the body is broken")
        except TimeoutError:
            return _text(408, "the body does not come")
        if isinstance(told, Handshake):
            _LOG.info("events.handshake")
            return web.json_response({"validationResponse": told.code})
        return self._take(told)

    def _take(self, told: tuple[Hint, ...]) -> web.Response:
        if not self._is_working():
            return _later("another replica works")
        self._wake(dict.fromkeys(told))
        return web.Response(status=200)

    async def _refusal(self, request: web.BaseRequest) -> web.Response | None:
        """Return the answer for whoever is not let in, None for who is."""
        if access.is_known_key(_key(request), self._gate.keys):
            return None
        scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
        expected, tenant_keys = self._gate.expected, self._gate.tenant_keys
        token = bearer.strip()
        kid = _kid(token) if scheme.lower() == "bearer" else ""
        if expected is None or tenant_keys is None or not kid:
            return _stranger()
        keys = await tenant_keys.holding(kid)
        if keys is None:
            return _later("the token cannot be checked now")
        claims = access.claims_of(token, keys)
        is_let_in = claims is not None and access.is_expected(claims, expected, self._clock.now().timestamp())
        return None if is_let_in else _stranger()

    def _has_wrong_key(self, request: web.BaseRequest) -> bool:
        """Tell whether a subscription's deliveries would be refused for its key, so that its handshake says it."""
        key, has_token = _key(request), "Authorization" in request.headers
        return bool(key) and not has_token and not access.is_known_key(key, self._gate.keys)


def _key(request: web.BaseRequest) -> str:
    return request.query.get("key", "") or request.headers.get(access.KEY_HEADER, "")


def _consent(request: web.BaseRequest) -> web.Response:
    """Agree to CloudEvents of Event Grid: the sender asks before it delivers, and proves itself when it does."""
    origin = request.headers.get("WebHook-Request-Origin", "")
    if not _ORIGIN.fullmatch(origin):
        return _text(400, "the header WebHook-Request-Origin does not name Event Grid")
    return web.Response(status=200, headers={"WebHook-Allowed-Origin": origin, "WebHook-Allowed-Rate": "*"})


def _kid(token: str) -> str:
    try:
        return str(jws.extract_compact(token.encode()).headers().get("kid", ""))
    except (JoseError, ValueError, TypeError, AttributeError, RecursionError):
        return ""


def _stranger() -> web.Response:
    return _text(401, "this endpoint takes events with its key, or with a token of its tenant")


def _later(why: str) -> web.Response:
    return web.Response(status=503, headers={"Retry-After": RETRY_SECONDS}, text=f"{why}\n")


def _text(status: int, text: str) -> web.Response:
    return web.Response(status=status, text=f"{text}\n")
