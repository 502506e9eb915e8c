"""Key Vault as a whole: every request to a vault, with its audit record and its count."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from keyferry.lab.azure.access_tokens import AccessTokens, Caller
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.counters import Counters
from keyferry.lab.azure.keyvault import access, operations, routes, throttle
from keyferry.lab.azure.keyvault.answers import Frame, RefusedError, ThrottledError, UnauthorizedError
from keyferry.lab.azure.keyvault.audit import AuditLog, AuditRecord, signature
from keyferry.lab.azure.keyvault.calls import Call
from keyferry.lab.azure.keyvault.news import News
from keyferry.lab.azure.keyvault.paging import Pager
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.throttle import Bucket
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.keyvault.vaults import Vaults
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

AUTHENTICATION = "Authentication"  # the operation of a request that proves nobody
UNKNOWN = "Unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A vault with what limits it. It is made anew where another vault takes the place of one that is gone."""

    vault: Vault
    pager: Pager
    others: Bucket
    sets: Bucket


@dataclass(frozen=True, slots=True, kw_only=True)
class _Outcome:
    response: Response
    error: RefusedError | None
    caller: Caller | None
    assignment_id: str


class KeyVault:
    """The data plane of all `vaults`, by host name. Which vaults there are is decided there, while the lab runs."""

    def __init__(self, vaults: Vaults, tokens: AccessTokens, assignments: Assignments, sources: Sources) -> None:
        self.audit = AuditLog()
        self.counters = Counters()
        self.vaults = vaults
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

    def handle(self, request: Request, now: datetime) -> Response:
        """Return the answer to any request to a vault that exists."""
        served = self._serve(request.host, now)
        route = routes.find(request)
        outcome = self._outcome(served, route, request, now)
        self._record(served.vault, route, request, outcome, now)
        return outcome.response

    def refuse(self, request: Request, status: int, retry_after: timedelta | None, now: datetime) -> Response:
        """Return the answer of a vault that is overloaded (429) or broken (5xx), recorded like any other."""
        served = self._serve(request.host, now)
        error = ThrottledError(retry_after) if status == 429 else _broken(status)
        outcome = _Outcome(
            response=self._frame(served.vault, request).refusal(error), error=error, caller=None, assignment_id=""
        )
        self._record(served.vault, routes.find(request), request, outcome, now)
        return outcome.response

    def _outcome(self, served: Served, route: Route | None, request: Request, now: datetime) -> _Outcome:
        """Check token, limits, form, network, role. The service's own order is not documented."""
        frame = self._frame(served.vault, request)
        caller: Caller | None = None
        try:
            caller = access.authenticate(request, served.vault, self._tokens, now)
            _take(served, route, now)
            route = routes.check(request, route)
            access.admit(served.vault)
            assignment = access.authorise(caller, route, served.vault, self._assignments, now)
            frame = replace(frame, assignment_id=assignment.id.replace("-", ""))
            answer = operations.perform(
                Call(
                    vault=served.vault,
                    route=route,
                    request=request,
                    pager=served.pager,
                    now=now,
                    sources=self._sources,
                    tell=self._tell,
                )
            )
        except RefusedError as error:
            return _Outcome(
                response=frame.refusal(error), error=error, caller=caller, assignment_id=frame.assignment_id
            )
        response = frame.success(answer.content, answer.status, answer.headers)
        return _Outcome(response=response, error=None, caller=caller, assignment_id=assignment.id)

    def _serve(self, host: str, now: datetime) -> Served:
        vault = self.vaults.by_host(host)
        assert vault is not None, "requests come here by the host name of a vault alone"
        served = self._served.get(host)
        if served is None or served.vault is not vault:
            served = self._served[host] = _serve(vault, now, self._sources)
        return served

    def _tell(self, news: News) -> None:
        for listener in self._listeners:
            listener(news)

    def _frame(self, vault: Vault, request: Request) -> Frame:
        return Frame(
            request_id=self._sources.guid(),
            client_request_id=request.headers.get("x-ms-client-request-id", ""),
            region=vault.location,
            challenge=access.challenge(vault),
        )

    def _record(self, vault: Vault, route: Route | None, request: Request, outcome: _Outcome, now: datetime) -> None:
        status, caller = outcome.response.status, outcome.caller
        operation = UNKNOWN if route is None else route.operation.audit_name
        if isinstance(outcome.error, UnauthorizedError):
            operation = AUTHENTICATION
        self.counters.add(vault.name, operation, status)
        self.audit.add(
            AuditRecord(
                time=now,
                vault=vault.name,
                resource_id=vault.resource_id,
                operation=operation,
                status=status,
                result_signature=signature(status),
                result_description=outcome.error.message if outcome.error else "",
                object_id=f"{vault.url}{request.path}",
                caller_object_id=caller.object_id if caller else "",
                caller_client_id=caller.client_id if caller else "",
                caller_resource_id=caller.resource_id if caller else "",
                applied_assignment_id=outcome.assignment_id,
                correlation_id=request.headers.get("x-ms-client-request-id", ""),
                client_info=request.headers.get("user-agent", ""),
            )
        )


def _serve(vault: Vault, now: datetime, sources: Sources) -> Served:
    return Served(
        vault=vault,
        pager=Pager(sources.random_bytes(32)),
        others=throttle.full(vault.knobs.other_per_10s, now),
        sets=throttle.full(vault.knobs.sets_per_10s, now),
    )


def _take(served: Served, route: Route | None, now: datetime) -> None:
    is_set = route is not None and route.operation is Operation.SECRET_SET
    wait = (served.sets if is_set else served.others).take(now)
    if wait is not None:
        raise ThrottledError(wait if served.vault.knobs.retry_after else None)


def _broken(status: int) -> RefusedError:
    code = "ServiceUnavailable" if status == 503 else "InternalServerError"
    return RefusedError(status, code, "The service cannot answer now. Try again.")
