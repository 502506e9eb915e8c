"""ARM's answers: JSON, and errors in its shape.

https://learn.microsoft.com/azure/azure-resource-manager/troubleshooting/common-deployment-errors
"""

import json
from typing import Final

from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

REMAINING_READS: Final = "11999"  # the service counts down; the lab's ARM does not throttle by itself


class RefusedError(Exception):
    """ARM says no, with a status, a code and a sentence."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message


def answer(content: object | None, request: Request, sources: Sources, status: int = 200) -> Response:
    """Return JSON, or no body where `content` is None."""
    body = b"" if content is None else json.dumps(content).encode()
    return Response(status=status, headers=_headers(request, sources), body=body)


def refusal(error: RefusedError, request: Request, sources: Sources, retry_after: str | None = None) -> Response:
    """Return the error in the service's shape."""
    headers = _headers(request, sources)
    if error.status == 401:
        headers += (("WWW-Authenticate", f'Bearer error="invalid_token", error_description="{error.code}"'),)
    if retry_after is not None:
        headers += (("Retry-After", retry_after),)
    content = {"error": {"code": error.code, "message": error.message}}
    return Response(status=error.status, headers=headers, body=json.dumps(content).encode())


def _headers(request: Request, sources: Sources) -> tuple[tuple[str, str], ...]:
    request_id = sources.guid()
    return (
        ("Content-Type", "application/json; charset=utf-8"),
        ("Cache-Control", "no-cache"),
        ("x-ms-request-id", request_id),
        ("x-ms-correlation-request-id", request.headers.get("x-ms-correlation-request-id", request_id)),
        ("x-ms-ratelimit-remaining-subscription-reads", REMAINING_READS),
    )
