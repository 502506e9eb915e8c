"""Who is calling ARM, and may they do this."""

from datetime import datetime

from keyferry.lab.azure.access_tokens import AccessTokens, Caller, TokenRefusedError
from keyferry.lab.azure.arm.answers import Headers, RefusedError
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.keyvault import claims
from keyferry.lab.azure.keyvault.revocations import Revocations, claims_parameter
from keyferry.lab.azure.seed.declaration import TenantSeed
from keyferry.lab.world.http import Request


def authenticate(
    request: Request, cloud: Cloud, tokens: AccessTokens, tenant: TenantSeed | None, now: datetime
) -> Caller:
    """Return the caller whom the access token proves. RefusedError (401) otherwise.

    `tenant` is that of the subscription in the address, whose tokens alone are good there. The challenge names it, and
    clients that know only a subscription learn their tenant so.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise _unauthenticated(request, cloud, tenant, "AuthenticationFailed", "The request has no bearer token")
    try:
        caller = tokens.verify(token.strip(), now)
    except TokenRefusedError as refusal:
        text = f"The token could not be verified: {refusal}"
        raise _unauthenticated(request, cloud, tenant, "InvalidAuthenticationToken", text) from refusal
    if caller.audience.removesuffix("/").removesuffix(request.port_suffix) not in cloud.arm_resources:
        text = f"The token is for '{caller.audience}', which is not ARM"
        raise _unauthenticated(request, cloud, tenant, "InvalidAuthenticationTokenAudience", text)
    if tenant is not None and caller.tenant_id != tenant.id:
        text = f"The token is of the issuer '{caller.issuer}', and the subscription of the tenant '{tenant.id}'"
        raise _unauthenticated(request, cloud, tenant, "InvalidAuthenticationTokenTenant", text)
    return caller


def refuse_revoked(request: Request, caller: Caller, cloud: Cloud, revoked: Revocations) -> None:
    """Return unless the caller's token is older than a revocation. RefusedError (401) otherwise.

    A client that can meet it gets a claims challenge, and comes back with a newer token.
    https://learn.microsoft.com/entra/identity-platform/claims-challenge
    """
    before = revoked.before("", caller.object_id)
    told = claims.of(request.headers["authorization"].partition(" ")[2].strip())
    if claims.issued(told) >= before:
        return
    wanted = f', error="insufficient_claims", claims="{claims_parameter(before)}"'
    challenge = f'Bearer authorization_uri="https://{cloud.authority_hosts[-1]}{request.port_suffix}/common"'
    raise RefusedError(
        401,
        "TokenIssuedBeforeRevocationTimestamp",
        "The token was issued before access was revoked.",
        headers=(("WWW-Authenticate", challenge + (wanted if claims.answers_challenges(told) else "")),),
    )


def may(caller: Caller, action: str, resource: str, assignments: Assignments) -> bool:
    """Tell whether a role of the caller allows the control-plane `action` on `resource`."""
    return assignments.allowing(caller.object_id, action, resource) is not None


def authorise(caller: Caller, action: str, resource: str, assignments: Assignments) -> None:
    """Return if the caller may do `action` on `resource`. RefusedError (403) otherwise."""
    if not may(caller, action, resource, assignments):
        raise denied(caller, action, resource)


def denied(caller: Caller, action: str, resource: str) -> RefusedError:
    """Return the refusal of somebody without the right."""
    return RefusedError(
        403,
        "AuthorizationFailed",
        f"The client '{caller.client_id}' with object id '{caller.object_id}' is not allowed to do '{action}' on "
        f"'{resource[:500]}'. Where access was granted just now, get a new token.",
    )


def _unauthenticated(request: Request, cloud: Cloud, tenant: TenantSeed | None, code: str, text: str) -> RefusedError:
    authority = f"https://{cloud.authority_hosts[-1]}{request.port_suffix}/{'common' if tenant is None else tenant.id}"
    challenge = f'Bearer authorization_uri="{authority}", error="invalid_token", error_description="{code}"'
    headers: Headers = (("WWW-Authenticate", challenge),)
    return RefusedError(401, code, f"{text}.", headers=headers)
