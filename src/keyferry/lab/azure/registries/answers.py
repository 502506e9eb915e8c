"""A registry's answers in the form of the distribution protocol.

https://github.com/opencontainers/distribution-spec/blob/main/spec.md#error-codes
"""

import json
from typing import Any, Final

from keyferry.lab.world.http import Request, Response

VERSION: Final = ("Docker-Distribution-Api-Version", "registry/2.0")
_JSON: Final = ("Content-Type", "application/json; charset=utf-8")
DENIED: Final = "authentication required, visit https://aka.ms/acr/authorization for more information."


def success(content: Any) -> Response:
    """Return a document."""
    return Response(status=200, headers=(_JSON, VERSION), body=json.dumps(content).encode())


def refusal(status: int, code: str, message: str, *headers: tuple[str, str]) -> Response:
    """Return an error."""
    body = {"errors": [{"code": code, "message": message}]}
    return Response(status=status, headers=(_JSON, VERSION, *headers), body=json.dumps(body).encode())


def unauthorized() -> Response:
    """Return what a token endpoint says to whoever proves nothing, or has no role."""
    return refusal(401, "UNAUTHORIZED", DENIED)


def challenge(request: Request, scope: str = "") -> Response:
    """Return what tells a client where to fetch a token, and for what."""
    wanted = f',scope="{scope}"' if scope else ""
    bearer = f'Bearer realm="https://{request.authority}/oauth2/token",service="{request.host}"{wanted}'
    return refusal(401, "UNAUTHORIZED", DENIED, ("WWW-Authenticate", bearer))


def injected(status: int, retry_after_seconds: str | None) -> Response:
    """Return a failure that somebody asked the lab for."""
    wait = () if retry_after_seconds is None else (("Retry-After", retry_after_seconds),)
    code = "TOOMANYREQUESTS" if status == 429 else "UNAVAILABLE"
    return refusal(status, code, "injected by the lab", *wait)
