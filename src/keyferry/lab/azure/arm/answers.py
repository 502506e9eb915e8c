"""ARM's answers: JSON, and errors in its shape.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
https://learn.microsoft.com/azure/azure-resource-manager/management/request-limits-and-throttling (the counting headers)
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

# The service counts down; the lab's ARM does not throttle by itself.
REMAINING: Final = {"GET": ("reads", "11999"), "HEAD": ("reads", "11999"), "DELETE": ("deletes", "14999")}
REMAINING_WRITES: Final = ("writes", "1199")

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What an operation answers. No body where `content` is None."""

    status: int = 200
    content: Mapping[str, Any] | None = None
    headers: Headers = ()


class RefusedError(Exception):
    """ARM says no, with a status, a code and a sentence. `details` are further (code, message, target)."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        headers: Headers = (),
        details: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.headers = headers
        self.details = details


def answer(reply: Reply, request: Request, sources: Sources) -> Response:
    """Return the reply as HTTP. A HEAD has no body."""
    content = None if request.method == "HEAD" else reply.content
    body = b"" if content is None else json.dumps(content).encode()
    return Response(status=reply.status, headers=_headers(request, sources) + reply.headers, body=body)


def refusal(error: RefusedError, request: Request, sources: Sources, retry_after: str | None = None) -> Response:
    """Return the error in the service's shape."""
    headers = (*_headers(request, sources), ("x-ms-failure-cause", "gateway"), *error.headers)
    if retry_after is not None:
        headers += (("Retry-After", retry_after),)
    content: dict[str, Any] = {"code": error.code, "message": error.message}
    if error.details:
        content["details"] = [
            {"code": code, "message": message, "target": target} for code, message, target in error.details
        ]
    body = b"" if request.method == "HEAD" else json.dumps({"error": content}).encode()
    return Response(status=error.status, headers=headers, body=body)


def _headers(request: Request, sources: Sources) -> Headers:
    request_id = sources.guid()
    kind, remaining = REMAINING.get(request.method, REMAINING_WRITES)
    headers = (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-cache"),
        ("x-ms-request-id", request_id),
        ("x-ms-correlation-request-id", request.headers.get("x-ms-correlation-request-id", request_id)),
        ("x-ms-routing-request-id", f"KEYFERRYLAB:{request_id}"),
        (f"x-ms-ratelimit-remaining-subscription-{kind}", remaining),
        ("Strict-Transport-Security", "max-age=31536000; includeSubDomains"),
        ("X-Content-Type-Options", "nosniff"),
    )
    client_id = request.headers.get("x-ms-client-request-id")
    wanted = request.headers.get("x-ms-return-client-request-id", "").lower() == "true"
    return (*headers, ("x-ms-client-request-id", client_id)) if client_id and wanted else headers
