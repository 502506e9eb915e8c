"""Microsoft Graph for an application that nobody gave a permission there: who it is counts, and then it may nothing.

A directory with users and groups is no part of the lab. Tools that would look a principal up first, as the az CLI and
Terraform, meet what they meet with most pipelines' service principals, and go on by object id.
https://learn.microsoft.com/graph/errors https://learn.microsoft.com/graph/resolve-auth-errors
"""

import json
from datetime import datetime
from typing import Final

from keyferry.lab.azure.access_tokens import AccessTokens, TokenRefusedError
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.sources import Sources
from keyferry.lab.world.http import Request, Response

DENIED: Final = "Insufficient privileges to complete the operation."  # to the letter: the az CLI looks for it


def answer(request: Request, cloud: Cloud, tokens: AccessTokens, sources: Sources, now: datetime) -> Response:
    """Return 401 without a token for this cloud's Graph, 403 with one."""
    problem = _problem(request, cloud, tokens, now)
    if problem is not None:
        return refusal(401, "InvalidAuthenticationToken", problem, request, sources, now)
    return refusal(403, "Authorization_RequestDenied", DENIED, request, sources, now)


def refusal(status: int, code: str, text: str, request: Request, sources: Sources, now: datetime) -> Response:
    """Return an error in Graph's shape."""
    request_id = sources.guid()
    client_id = request.headers.get("client-request-id", request_id)
    told = {"date": now.strftime("%Y-%m-%dT%H:%M:%S"), "request-id": request_id, "client-request-id": client_id}
    content = {"error": {"code": code, "message": text, "innerError": told}}
    headers = (
        ("Content-Type", "application/json"),
        ("Cache-Control", "no-cache"),
        ("request-id", request_id),
        ("client-request-id", client_id),
    )
    body = b"" if request.method == "HEAD" else json.dumps(content).encode()
    return Response(status=status, headers=headers, body=body)


def _problem(request: Request, cloud: Cloud, tokens: AccessTokens, now: datetime) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        return "The request has no bearer token."
    try:
        caller = tokens.verify(token.strip(), now)
    except TokenRefusedError as refused:
        return f"The token could not be verified: {refused}."
    if caller.audience.removesuffix("/") != f"https://{cloud.graph_host}":
        return "The token is not for Microsoft Graph."
    return None
