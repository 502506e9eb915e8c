"""Who is calling, may they call from there, and may they do this: the three questions before any operation."""

from datetime import datetime

from keyferry.lab.azure.access_tokens import AccessTokens, Caller, TokenRefusedError
from keyferry.lab.azure.assignments import Assignment, Assignments
from keyferry.lab.azure.keyvault.answers import RefusedError, UnauthorizedError
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.world.http import Request


def challenge(vault: Vault) -> str:
    """Return the WWW-Authenticate header that tells a client where to get a token, and for what."""
    authority = f"https://{vault.cloud.authority_hosts[0]}/{vault.tenant_id}"
    return f'Bearer authorization="{authority}", resource="{vault.cloud.vault_resource}"'


def authenticate(request: Request, vault: Vault, tokens: AccessTokens, now: datetime) -> Caller:
    """Return the caller whom the access token proves. UnauthorizedError otherwise.

    The numbers of the messages are the service's where they are on record (10000, 10032); the others are from memory.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError("AKV10000", "The request carries no bearer token.")
    try:
        caller = tokens.verify(token.strip(), now)
    except TokenRefusedError as refusal:
        raise UnauthorizedError("AKV10046", f"The token could not be verified: {refusal}.") from refusal
    if caller.audience.removesuffix("/") != vault.cloud.vault_resource:
        raise UnauthorizedError(
            "AKV10022", f"The token is for '{caller.audience}', and not for '{vault.cloud.vault_resource}'."
        )
    expected = vault.cloud.issuer(vault.tenant_id)
    if caller.issuer != expected:
        raise UnauthorizedError("AKV10032", f"The token's issuer is '{caller.issuer}', and not '{expected}'.")
    return caller


def admit(vault: Vault) -> None:
    """Return if the vault takes connections from here. RefusedError otherwise."""
    if not vault.public_network_access:
        raise RefusedError(
            403,
            "Forbidden",
            "Public network access is disabled and the request did not come by a private link. "
            f"Vault: {vault.name};location={vault.location}",
            "ForbiddenByConnection",
        )


def authorise(caller: Caller, route: Route, vault: Vault, assignments: Assignments, now: datetime) -> Assignment:
    """Return the role assignment that allows the operation. RefusedError in the service's words otherwise.

    A list is about the whole vault, so a role on single secrets does not allow it.
    """
    resource = f"{vault.resource_id}/secrets/{route.name}" if route.name else vault.resource_id
    action = route.operation.data_action
    assignment = assignments.allowing_data(caller.object_id, action, resource, now)
    if assignment is None:
        raise RefusedError(403, "Forbidden", _denial(caller, action, resource, vault), "ForbiddenByRbac")
    return assignment


def _denial(caller: Caller, action: str, resource: str, vault: Vault) -> str:
    return (
        "The caller has no role assignment for this action on this resource. Where one was made just now, it may "
        "take minutes to be seen.\n"
        f"Caller: appid={caller.client_id};oid={caller.object_id};iss={caller.issuer}\n"
        f"Action: '{action}'\n"
        f"Resource: '{resource.lower()}'\n"
        "Assignment: (not found)\n"
        "DenyAssignmentId: null\n"
        "DecisionReason: 'DeniedWithNoValidRBAC' \n"
        f"Vault: {vault.name};location={vault.location}\n"
    )
