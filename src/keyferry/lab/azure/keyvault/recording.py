"""From a request and what became of it to its audit record."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import quote, urlencode

from keyferry.lab.azure.keyvault.access import Proven
from keyferry.lab.azure.keyvault.answers import RefusedError, UnauthorizedError
from keyferry.lab.azure.keyvault.audit import AuditRecord, signature
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.world.http import Request

AUTHENTICATION: Final = "Authentication"  # the operation of a request that proves nobody
UNKNOWN: Final = "Unknown"
MAX_TEXT: Final = 512  # characters of what a client wrote, as an address or its name


@dataclass(slots=True, kw_only=True)
class Outcome:
    """How far a request came. None is "not decided"; `assignment_id` is "" where no role assignment allowed it."""

    proven: Proven | None = None
    connects: bool | None = None
    allowed: bool | None = None
    assignment_id: str = ""
    error: RefusedError | None = None


def record(
    vault: Vault, route: Route | None, request: Request, status: int, outcome: Outcome, now: datetime
) -> AuditRecord:
    """Return the record of one request. Bodies are never looked at, so no value can be in it."""
    proven, caller = outcome.proven, outcome.proven.caller if outcome.proven else None
    return AuditRecord(
        time=now,
        vault=vault.name,
        resource_id=vault.resource_id,
        operation=_operation(route, outcome),
        api_version=request.parameter("api-version")[:MAX_TEXT],
        status=status,
        result_signature=signature(status),
        result_description=outcome.error.message if outcome.error else "",
        object_id=f"{vault.url}{request.path}"[:MAX_TEXT],
        request_uri=_uri(vault, request)[:MAX_TEXT],
        caller_address=request.client,
        caller_object_id=caller.object_id if caller else "",
        caller_client_id=caller.client_id if caller else "",
        caller_resource_id=caller.resource_id if caller else "",
        caller_authentication=str(proven.claims.get("appidacr", "")) if proven else "",
        applied_assignment_id=outcome.assignment_id,
        is_rbac_authorized=outcome.allowed if vault.rbac else None,
        is_access_policy_match=None if vault.rbac else outcome.allowed,
        is_address_authorized=outcome.connects,
        correlation_id=request.headers.get("x-ms-client-request-id", "")[:MAX_TEXT],
        client_info=request.headers.get("user-agent", "")[:MAX_TEXT],
    )


def _operation(route: Route | None, outcome: Outcome) -> str:
    if isinstance(outcome.error, UnauthorizedError):
        return AUTHENTICATION
    return UNKNOWN if route is None else route.operation.audit_name


def _uri(vault: Vault, request: Request) -> str:
    query = urlencode(request.query, safe="$", errors="replace")
    return f"{vault.url}{quote(request.path, errors='replace')}{f'?{query}' if query else ''}"
