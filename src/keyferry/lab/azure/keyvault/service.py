"""Key Vault as a whole: every request to a vault, through its gates, with its audit record and its count."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

from keyferry.lab.azure.access_tokens import AccessTokens
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.counters import Counters
from keyferry.lab.azure.keyvault import (
    access,
    firewall,
    limits,
    management_records,
    operations,
    reached,
    recording,
    routes,
)
from keyferry.lab.azure.keyvault.answers import Frame, RefusedError, ThrottledError
from keyferry.lab.azure.keyvault.audit import AuditLog
from keyferry.lab.azure.keyvault.calls import Call
from keyferry.lab.azure.keyvault.limits import Limits
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.paging import Pager
from keyferry.lab.azure.keyvault.recording import Outcome
from keyferry.lab.azure.keyvault.revocations import Revocations
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.azure.seed.declaration import RetryAfter
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

MAX_ID: Final = 256  # characters of a client's request id that are echoed


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A vault with its links to next pages. Another vault in its place gets new ones."""

    vault: Vault
    pager: Pager


class KeyVault:
    """The data plane of all `vaults`, by host name. Which vaults there are is decided there, while the lab runs."""

    def __init__(self, vaults: Vaults, tokens: AccessTokens, assignments: Assignments, sources: Sources) -> None:
        self.audit = AuditLog()
        self.counters = Counters()
        self.vaults = vaults
        self.revocations = Revocations()
        self._limits = Limits()
        self._served: dict[str, Served] = {}
        self._tokens = tokens
        self._assignments = assignments
        self._sources = sources
        self._listeners: list[Callable[[News], None]] = []

    def has(self, host: str) -> bool:
        """Tell whether a vault has this host name."""
        return self.vaults.by_host(host) is not None

    def on_news(self, callback: Callable[[News], None]) -> None:
        """Call back for each new version of a secret, key or certificate."""
        self._listeners.append(callback)

    def throttle(
        self, *, limit_percent: int | None = None, retry_after: RetryAfter | None = None, vault: str = ""
    ) -> tuple[Vault, ...]:
        """Scale the limits of a vault, or of all, and say how a 429 tells the wait. Return the vaults it is about."""
        meant = tuple(each for each in self.vaults if vault.lower() in ("", each.name.lower()))
        for each in meant:
            each.knobs = replace(
                each.knobs,
                limit_percent=each.knobs.limit_percent if limit_percent is None else limit_percent,
                retry_after=each.knobs.retry_after if retry_after is None else retry_after,
            )
        return meant

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to any request to a vault that exists."""
        served = self._serve(request.host)
        route = routes.find(request)
        frame = self._frame(served.vault, request, now)
        outcome = Outcome()
        try:
            response = self._admit(served, route, request, outcome, frame)
        except RefusedError as error:
            outcome.error = error
            response = replace(frame, assignment_id=outcome.assignment_id).refusal(error)
        self._record(served.vault, route, request, response, outcome, now)
        return response

    def managed(self, request: Request, status: int, now: datetime) -> None:
        """Put what ARM answered about a vault into its audit log."""
        record = management_records.record(request, status, self.vaults, now)
        if record is not None:
            self.audit.add(record)

    def refuse(self, request: Request, status: int, retry_after: timedelta | None, now: datetime) -> Response:
        """Return the answer of a vault that is overloaded (429) or broken (5xx), recorded like any other."""
        served = self._serve(request.host)
        error = ThrottledError(retry_after) if status == 429 else _broken(status, retry_after)
        response = self._frame(served.vault, request, now).refusal(error)
        self._record(served.vault, routes.find(request), request, response, Outcome(error=error), now)
        return response

    def _admit(self, served: Served, route: Route | None, request: Request, outcome: Outcome, frame: Frame) -> Response:
        """Check token, limits, form, network, role or policy, and do it. `outcome` tells how far it came.

        The service's own order is not documented beyond "the token first".
        """
        vault, now = served.vault, frame.now
        outcome.proven = access.authenticate(request, vault, self._tokens, self.revocations, now)
        caller = outcome.proven.caller
        self._take(vault, route, now)
        route = routes.check(request, route)
        outcome.connects = False
        firewall.admit(vault, request.client, caller)
        outcome.connects = True
        outcome.allowed = False
        outcome.assignment_id = access.authorise(caller, route, vault, self._assignments, now)
        outcome.allowed = True
        answer = operations.perform(
            Call(
                vault=vault,
                route=route,
                request=request,
                pager=served.pager,
                now=now,
                sources=self._sources,
                tell=self._tell,
            )
        )
        framed = replace(frame, assignment_id=outcome.assignment_id)
        port = request.port_suffix
        headers = tuple((name, reached.address(value, vault.url, port)) for name, value in answer.headers)
        return framed.success(reached.content(answer.content, vault.url, port), answer.status, headers)

    def _take(self, vault: Vault, route: Route | None, now: datetime) -> None:
        wait = self._limits.take(vault, limits.cost(route, vault), now)
        if wait is not None:
            told = vault.knobs.retry_after
            raise ThrottledError(None if told == "no" else wait, as_date=told == "date")

    def _serve(self, host: str) -> Served:
        vault = self.vaults.by_host(host)
        assert vault is not None, "requests come here by the host name of a vault alone"
        served = self._served.get(host)
        if served is None or served.vault is not vault:
            served = self._served[host] = Served(vault=vault, pager=Pager(self._sources.random_bytes(32)))
        return served

    def _tell(self, news: News) -> None:
        for listener in self._listeners:
            listener(news)

    def _frame(self, vault: Vault, request: Request, now: datetime) -> Frame:
        return Frame(
            request_id=self._sources.guid(),
            client_request_id=_echoed(request.headers.get("x-ms-client-request-id", "")),
            region=vault.location,
            challenge=access.challenge(vault, request),
            now=now,
            client=request.client,
        )

    def _record(
        self, vault: Vault, route: Route | None, request: Request, response: Response, outcome: Outcome, now: datetime
    ) -> None:
        record = recording.record(vault, route, request, response.status, outcome, now)
        self.counters.add(vault.name, record.operation, record.status)
        self.audit.add(record)


def _echoed(request_id: str) -> str:
    """A header carries no more than a line of ASCII."""
    return request_id if request_id.isascii() and request_id.isprintable() and len(request_id) <= MAX_ID else ""


def _broken(status: int, retry_after: timedelta | None) -> RefusedError:
    code = "ServiceUnavailable" if status == 503 else "InternalServerError"
    return RefusedError(status, code, "The service cannot answer now. Try again.", retry_after=retry_after)
