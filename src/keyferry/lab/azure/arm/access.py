"""Who is calling ARM, and may they do this."""

from datetime import datetime

from keyferry.lab.azure.access_tokens import AccessTokens, Caller, TokenRefusedError
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.world.http import Request


def authenticate(request: Request, cloud: Cloud, tokens: AccessTokens, now: datetime) -> Caller:
    """Return the caller whom the access token proves. RefusedError (401) otherwise."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise RefusedError(401, "AuthenticationFailed", "The request has no bearer token in 'Authorization'.")
    try:
        caller = tokens.verify(token.strip(), now)
    except TokenRefusedError as refusal:
        raise RefusedError(
            401, "InvalidAuthenticationToken", f"The token could not be verified: {refusal}."
        ) from refusal
    if caller.audience.removesuffix("/") not in cloud.arm_resources:
        raise RefusedError(
            401, "InvalidAuthenticationTokenAudience", f"The token is for '{caller.audience}', which is not ARM."
        )
    return caller


def authorise(caller: Caller, action: str, resource: str, assignments: Assignments) -> None:
    """Return if the caller may do `action` on `resource`. RefusedError (403) otherwise."""
    if assignments.allowing(caller.object_id, action, resource) is None:
        raise RefusedError(
            403,
            "AuthorizationFailed",
            f"The client '{caller.client_id}' with object id '{caller.object_id}' is not allowed to do '{action}' on "
            f"'{resource}'. Where access was granted just now, get a new token.",
        )
