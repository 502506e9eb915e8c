"""Entra's answers: JSON with request ids, and refusals with an AADSTS code.

https://learn.microsoft.com/entra/identity-platform/reference-error-codes
The statuses of 700211 to 700213 moved from 400 to 401 over time; clients must branch on the code.
"""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

_INVALID_REQUEST: Final = (400, "invalid_request")
_INVALID_CLIENT: Final = (401, "invalid_client")
_MEANINGS: Final[Mapping[int, tuple[int, str]]] = {
    70021: _INVALID_CLIENT,
    700211: _INVALID_CLIENT,
    700212: _INVALID_CLIENT,
    700213: _INVALID_CLIENT,
    70025: _INVALID_CLIENT,
    700024: _INVALID_CLIENT,
    700021: _INVALID_CLIENT,
    700023: _INVALID_CLIENT,
    700027: _INVALID_CLIENT,
    700222: _INVALID_CLIENT,
    700226: _INVALID_CLIENT,
    700236: _INVALID_CLIENT,
    50049: (400, "invalid_instance"),
    50059: _INVALID_REQUEST,
    50027: _INVALID_REQUEST,
    5002727: _INVALID_REQUEST,
    5002738: _INVALID_REQUEST,
    90061: _INVALID_REQUEST,
    50166: _INVALID_REQUEST,
    900612: _INVALID_REQUEST,
    700016: (400, "unauthorized_client"),
    90002: _INVALID_REQUEST,
    900023: _INVALID_REQUEST,
    70011: (400, "invalid_scope"),
    1002012: (400, "invalid_scope"),
    500011: (400, "invalid_resource"),
    7000216: _INVALID_CLIENT,
    7000218: _INVALID_CLIENT,
    7000215: _INVALID_CLIENT,
    7000222: _INVALID_CLIENT,
    7000232: _INVALID_CLIENT,
    900144: _INVALID_REQUEST,
    9000411: _INVALID_REQUEST,
    900561: _INVALID_REQUEST,
    9002313: _INVALID_REQUEST,
    70003: (400, "unsupported_grant_type"),
    90033: (503, "temporarily_unavailable"),
    90055: (429, "temporarily_unavailable"),
}


class RefusedError(Exception):
    """Entra says no: `code` is the AADSTS number, `message` the sentence after it.

    `kind` is the OAuth error where it is not the code's usual one.
    """

    def __init__(self, code: int, message: str, kind: str = "") -> None:
        super().__init__(f"AADSTS{code}: {message}")
        self.code = code
        self.message = message
        self.kind = kind


def success(content: object, request: Request, sources: Sources) -> Response:
    """Return a 200 with JSON."""
    return _answer(200, content, request, sources.guid())


def refusal(error: RefusedError, request: Request, sources: Sources, now: datetime) -> Response:
    """Return the refusal in the service's shape. Codes without a known status answer 400."""
    status, kind = _MEANINGS.get(error.code, _INVALID_REQUEST)
    trace_id, correlation_id = sources.guid(), _correlation(request) or sources.guid()
    timestamp = now.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%SZ")
    description = (
        f"AADSTS{error.code}: {error.message} "
        f"Trace ID: {trace_id} Correlation ID: {correlation_id} Timestamp: {timestamp}"
    )
    content = {
        "error": error.kind or kind,
        "error_description": description,
        "error_codes": [error.code],
        "timestamp": timestamp,
        "trace_id": trace_id,
        "correlation_id": correlation_id,
        "error_uri": f"https://{request.authority}/error?code={error.code}",
    }
    return _answer(status, content, request, trace_id)


def injected(status: int, retry_after: str | None, request: Request, sources: Sources, now: datetime) -> Response:
    """Return the answer of an Entra that is overloaded (429) or broken (5xx)."""
    code = 90055 if status == 429 else 90033
    plain = refusal(RefusedError(code, "The service is busy or broken for a while. Try again."), request, sources, now)
    wait = (("Retry-After", retry_after),) if retry_after is not None else ()
    return Response(status=status, headers=plain.headers + wait, body=plain.body)


def not_found(request: Request, sources: Sources, text: str = "Nothing of Entra's is at this path.") -> Response:
    """Return the answer to a path that Entra does not have; `text` says what to do instead."""
    return _answer(404, {"error": "not_found", "error_description": text}, request, sources.guid())


def _answer(status: int, content: object, request: Request, request_id: str) -> Response:
    body: dict[str, Any] | object = content
    headers = [
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-store, no-cache"),
        ("Pragma", "no-cache"),
        ("Expires", "-1"),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
        ("x-ms-request-id", request_id),
        ("x-ms-ests-server", "2.1.1 - keyferry lab"),
    ]
    if _correlation(request):
        headers.append(("client-request-id", _correlation(request)))
    return Response(status=status, headers=tuple(headers), body=json.dumps(body).encode())


def _correlation(request: Request) -> str:
    return request.headers.get("client-request-id") or request.headers.get("x-ms-client-request-id") or ""
