"""Who is calling, and may they do this: before and after the vault's network rules (`firewall`)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from keyferry.lab.azure.access_tokens import AccessTokens, Caller, TokenRefusedError
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.keyvault import access_policies, claims, revocations
from keyferry.lab.azure.keyvault.answers import RefusedError, UnauthorizedError
from keyferry.lab.azure.keyvault.revocations import Revocations
from keyferry.lab.azure.keyvault.rights import Operation
from keyferry.lab.azure.keyvault.routes import Route
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.world.http import Request

_MAKERS: Final = (Operation.SECRET_SET, Operation.SECRET_RESTORE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """The caller whom a token proved, and the token's claims."""

    caller: Caller
    claims: Mapping[str, Any]


def challenge(vault: Vault, request: Request) -> str:
    """Return the WWW-Authenticate header that tells a client where to get a token, and for what.

    Clients take the resource alone if it is the parent of the host and the port that they asked.
    """
    port = request.port_suffix
    authority = f"https://{vault.cloud.authority_hosts[0]}{port}/{vault.tenant_id}"
    return f'Bearer authorization="{authority}", resource="{vault.cloud.vault_resource}{port}"'


def authenticate(request: Request, vault: Vault, tokens: AccessTokens, revoked: Revocations, now: datetime) -> Proven:
    """Return the caller whom the access token proves. UnauthorizedError otherwise.

    The numbers of the messages are the service's where they are on record (10000, 10022, 10032, 10046); that of a
    token outside its time is from memory.
    """
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise UnauthorizedError("AKV10000", "The request carries no bearer token.")
    try:
        caller = tokens.verify(token.strip(), now)
    except TokenRefusedError as refusal:
        raise UnauthorizedError("AKV10046", f"The token could not be verified: {refusal}.") from refusal
    resource = vault.cloud.vault_resource
    if caller.audience.removesuffix("/") not in (resource, resource + request.port_suffix):
        raise UnauthorizedError("AKV10022", f"The token is for '{caller.audience}', and not for '{resource}'.")
    expected = vault.cloud.issuer(vault.tenant_id)
    if caller.issuer != expected or caller.tenant_id != vault.tenant_id:
        raise UnauthorizedError("AKV10032", f"The token's issuer is '{caller.issuer}', and not '{expected}'.")
    proven = Proven(caller=caller, claims=claims.of(token.strip()))
    _refuse_revoked(proven, vault, revoked)
    return proven


def authorise(caller: Caller, route: Route, vault: Vault, assignments: Assignments, now: datetime) -> str:
    """Return the id of the role assignment that allows the operation, "" where an access policy does.

    RefusedError in the service's words otherwise. A vault goes by roles or by access policies, and never by both.
    """
    if vault.rbac:
        return _by_role(caller, route, vault, assignments, now)
    kind, word = route.operation.permission
    if access_policies.allowing(vault.access_policies, caller, kind, word) is None:
        raise RefusedError(
            403,
            "Forbidden",
            f"The user, group or application '{_identity(caller)}' does not have {kind} {word} permission on key vault "
            f"'{vault.name};location={vault.location}', which goes by access policies.",
            "AccessDenied",
        )
    return ""


def _refuse_revoked(proven: Proven, vault: Vault, revoked: Revocations) -> None:
    before = revoked.before(vault.name, proven.caller.object_id)
    if claims.issued(proven.claims) >= before:
        return
    problem = "The token was issued before access was revoked."
    if not claims.answers_challenges(proven.claims):
        raise UnauthorizedError("AKV10046", problem)
    wanted = revocations.claims_parameter(before)
    raise UnauthorizedError("AKV10046", problem, f'error="insufficient_claims", claims="{wanted}"')


def _by_role(caller: Caller, route: Route, vault: Vault, assignments: Assignments, now: datetime) -> str:
    """A list is about the whole vault, so a role on single objects does not allow it."""
    operation = route.operation
    resource = f"{vault.resource_id}/{operation.kind}/{route.name}" if route.name else vault.resource_id
    assignment = assignments.allowing_data(
        caller.object_id, operation.data_action, resource, now, _attributes(route, vault)
    )
    if assignment is None:
        raise RefusedError(403, "Forbidden", _denial(caller, operation.data_action, resource, vault), "ForbiddenByRbac")
    return assignment.id


def _attributes(route: Route, vault: Vault) -> dict[str, str]:
    """What conditions can compare: names, in operations on secrets. What may not exist yet is the request's."""
    if route.operation.kind != "secrets":
        return {}
    attributes = {"resource microsoft.keyvault/vaults:name": vault.name}
    if route.name:
        source = "request" if route.operation in _MAKERS else "resource"
        attributes[f"{source} microsoft.keyvault/vaults/secrets:name"] = route.name
    return attributes


def _denial(caller: Caller, action: str, resource: str, vault: Vault) -> str:
    return (
        "The caller has no role assignment for this action on this resource. Where one was made just now, it may "
        "take minutes to be seen.\n"
        f"Caller: {_identity(caller)}\n"
        f"Action: '{action}'\n"
        f"Resource: '{resource.lower()}'\n"
        "Assignment: (not found)\n"
        "DenyAssignmentId: null\n"
        "DecisionReason: 'DeniedWithNoValidRBAC' \n"
        f"Vault: {vault.name};location={vault.location}\n"
    )


def _identity(caller: Caller) -> str:
    return f"appid={caller.client_id};oid={caller.object_id};iss={caller.issuer}"
