"""Role assignments: put, get, delete, list at a scope.

https://learn.microsoft.com/rest/api/authorization/role-assignments
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure import conditions
from keyferry.lab.azure.arm import access, bodies, inventory, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.assignments import Assignment, AssignmentExistsError

TYPE: Final = "Microsoft.Authorization/roleAssignments"
ROLE_TYPE: Final = "Microsoft.Authorization/roleDefinitions"
PRINCIPAL_TYPES: Final = ("User", "Group", "ServicePrincipal", "ForeignGroup", "Device")
GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_PRINCIPAL: Final = re.compile(r"(?:principalId eq|assignedTo\()\s*'([0-9a-fA-F-]{36})'\)?", re.IGNORECASE)


def _put(call: Call) -> Reply:
    name, scope = call.names["name"], call.names["scope"]
    if not GUID.fullmatch(name):
        raise RefusedError(400, "InvalidRoleAssignmentId", "The name of a role assignment must be a GUID.")
    inventory.demand(call.estate, scope)
    assignment = _parse(call, name, scope)
    _demand_right(call, "write", assignment)
    old = call.estate.assignments.get(name)
    if old is not None and _fixed(old) != _fixed(assignment):
        raise RefusedError(
            400, "RoleAssignmentUpdateNotPermitted", "Scope, role and principal of an assignment cannot be changed."
        )
    try:
        new = call.estate.assignments.put(assignment, call.now)
    except AssignmentExistsError as refusal:
        raise RefusedError(
            409, "RoleAssignmentExists", f"The role assignment already exists: {refusal.id}."
        ) from refusal
    return Reply(status=201 if new else 200, content=_shape(assignment))


def _get(call: Call) -> Reply:
    assignment = _found(call)
    if assignment is None:
        name = call.names["name"][:36]
        raise RefusedError(404, "RoleAssignmentNotFound", f"The role assignment '{name}' is not found.")
    return Reply(content=_shape(assignment))


def _delete(call: Call) -> Reply:
    assignment = _found(call)
    if assignment is None:
        return Reply(status=204)
    _demand_right(call, "delete", assignment)
    call.estate.assignments.delete(assignment.id, call.now)
    return Reply(content=_shape(assignment))


def _list(call: Call) -> Reply:
    """The assignments at, above and below the scope; `atScope()` leaves those below out."""
    scope = call.names["scope"]
    at_scope, principal = _filter(call.request.parameter("$filter"))
    found = {each.id: each for each in call.estate.assignments.reaching(scope)}
    if not at_scope:
        found |= {each.id: each for each in call.estate.assignments.within(scope)}
    wanted = [each for each in found.values() if principal in ("", each.principal_id.lower())]
    return paging.page(call, [_shape(each) for each in wanted])


def _filter(text: str) -> tuple[bool, str]:
    """Return whether `atScope()` is asked for, and the principal. RefusedError (400) for filters that nobody knows."""
    at_scope, principal = False, ""
    for part in (each for each in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if each):
        match = _PRINCIPAL.fullmatch(part)
        if match is not None:
            principal = match[1].lower()
        elif part.lower() == "atscope()":
            at_scope = True
        else:
            raise RefusedError(400, "BadRequestFormat", f"The filter '{part[:200]}' is not known.")
    return at_scope, principal


def _found(call: Call) -> Assignment | None:
    assignment = call.estate.assignments.get(call.names["name"])
    at_scope = assignment is not None and assignment.scope.lower() == call.names["scope"].lower()
    return assignment if at_scope else None


def _demand_right(call: Call, verb: str, assignment: Assignment) -> None:
    """Some roles let assign only some others. RefusedError (403) where it is none of them."""
    assigned = call.estate.assignments
    if assigned.allowing(call.caller.object_id, f"{TYPE}/{verb}", call.path, assignment.role_id) is None:
        raise access.denied(call.caller, f"{TYPE}/{verb}", call.path)


def _parse(call: Call, name: str, scope: str) -> Assignment:
    properties = bodies.properties(bodies.parse(call.request))
    role_id = _role_id(call, str(properties.get("roleDefinitionId", "")), scope)
    principal_id = str(properties.get("principalId", ""))
    if not GUID.fullmatch(principal_id):
        raise RefusedError(400, "InvalidPrincipalId", "The property 'principalId' must be a GUID.")
    condition, condition_version = _condition(properties)
    return Assignment(
        id=name.lower(),
        scope=scope,
        role_id=role_id,
        principal_id=principal_id.lower(),
        principal_type=_principal_type(call, principal_id, properties.get("principalType")),
        description=str(properties.get("description") or ""),
        condition=condition,
        condition_version=condition_version,
        created=call.now,
    )


def _condition(properties: Mapping[str, Any]) -> tuple[str, str]:
    """Only what vaults go by is taken: a condition that nobody evaluates would promise what it does not keep."""
    condition, version = str(properties.get("condition") or ""), str(properties.get("conditionVersion") or "")
    if not condition:
        return "", ""
    try:
        conditions.check(condition, version)
    except conditions.ConditionError as refusal:
        raise RefusedError(
            400, "RoleAssignmentConditionNotSupported", f"The lab cannot go by the condition: {refusal}."
        ) from refusal
    return condition, version


def _role_id(call: Call, written: str, scope: str) -> str:
    guid = written.rpartition("/")[2]
    if not GUID.fullmatch(guid):
        raise RefusedError(400, "InvalidRoleDefinitionId", f"The role definition id '{written[:500]}' is malformed.")
    role = call.estate.assignments.roles.by_id(guid)
    if role is None:
        raise RefusedError(404, "RoleDefinitionDoesNotExist", f"The role definition '{guid}' does not exist.")
    if not role.assignable_at(scope):
        raise RefusedError(
            400, "RoleDefinitionNotAssignableAtScope", f"The role '{role.name}' cannot be assigned at '{scope[:500]}'."
        )
    return role.id


def _principal_type(call: Call, principal_id: str, written: object) -> str:
    """The directory must know the principal, as what it is said to be. Only a ServicePrincipal may be too new for it.

    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
    """
    if written and written not in PRINCIPAL_TYPES:
        raise RefusedError(
            400, "InvalidPrincipalType", f"The property 'principalType' must be one of {', '.join(PRINCIPAL_TYPES)}."
        )
    known = call.estate.directory.knows_principal(principal_id, call.now)
    if written != "ServicePrincipal" and not known:
        raise RefusedError(
            400,
            "PrincipalNotFound",
            f"The principal '{principal_id}' is not in the directory '{call.caller.tenant_id}'. A new one takes a "
            "while to appear there: give the 'principalType' ServicePrincipal to go on without it.",
        )
    if known and written not in (None, "", "ServicePrincipal"):
        raise RefusedError(
            400, "UnmatchedPrincipalType", f"The principal '{principal_id}' is a 'ServicePrincipal', not a '{written}'."
        )
    return str(written or "ServicePrincipal")


def _fixed(assignment: Assignment) -> tuple[str, str, str]:
    return assignment.scope.lower(), assignment.role_id, assignment.principal_id


def _shape(assignment: Assignment) -> dict[str, Any]:
    in_subscription = assignment.scope.lower().startswith("/subscriptions/")
    subscription = "/".join(assignment.scope.split("/")[:3]) if in_subscription else ""
    created = {} if assignment.created is None else {"createdOn": assignment.created.isoformat()}
    return {
        "id": assignment.resource_id,
        "name": assignment.id,
        "type": TYPE,
        "properties": {
            "scope": assignment.scope or "/",
            "roleDefinitionId": f"{subscription}/providers/{ROLE_TYPE}/{assignment.role_id}",
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
            "condition": assignment.condition or None,
            "conditionVersion": assignment.condition_version or None,
            "description": assignment.description or None,
            **created,
        },
    }


ROUTES: Final = (
    Route(
        template=f"{{scope}}/providers/{TYPE}",
        type=TYPE,
        versions=versions.ROLE_ASSIGNMENTS,
        operations={"GET": Operation(f"{TYPE}/read", _list)},
    ),
    Route(
        template=f"{{scope}}/providers/{TYPE}/{{name}}",
        type=TYPE,
        versions=versions.ROLE_ASSIGNMENTS,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
