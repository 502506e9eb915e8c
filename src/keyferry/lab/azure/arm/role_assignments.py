"""Role assignments: put, get, delete, list at a scope.

https://learn.microsoft.com/rest/api/authorization/role-assignments
"""

import json
import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure import roles
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.assignments import Assignment, AssignmentExistsError, Assignments
from keyferry.lab.azure.directory import Directory

_GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FILTER: Final = re.compile(r"(?:principalId eq|assignedTo\()\s*'([0-9a-fA-F-]{36})'\)?")


def put(
    assignments: Assignments, directory: Directory, scope: str, name: str, body: bytes
) -> tuple[int, dict[str, Any]]:
    """Assign a role and return 201, or 200 where it was so already. RefusedError says what is wrong."""
    if not _GUID.fullmatch(name):
        raise RefusedError(400, "InvalidRoleAssignmentId", "The name of a role assignment must be a GUID.")
    assignment = _parse(scope, name, body, directory)
    old = assignments.get(name)
    if old is not None and old != assignment:
        raise RefusedError(
            409, "RoleAssignmentUpdateNotPermitted", "Scope, role and principal of an assignment cannot be changed."
        )
    try:
        new = assignments.put(assignment)
    except AssignmentExistsError as refusal:
        raise RefusedError(
            409, "RoleAssignmentExists", f"The role assignment already exists: {refusal.id}."
        ) from refusal
    return (201 if new else 200), _shape(assignment)


def get(assignments: Assignments, scope: str, name: str) -> dict[str, Any]:
    """Return one assignment. RefusedError (404) where the scope has none with this name."""
    assignment = assignments.get(name)
    if assignment is None or assignment.scope.lower() != scope.lower():
        raise RefusedError(404, "RoleAssignmentNotFound", f"The role assignment '{name[:36]}' is not found.")
    return _shape(assignment)


def delete(assignments: Assignments, scope: str, name: str) -> tuple[int, dict[str, Any] | None]:
    """Forget an assignment and return it with 200, or 204 where the scope has none with this name."""
    assignment = assignments.get(name)
    if assignment is None or assignment.scope.lower() != scope.lower():
        return 204, None
    assignments.delete(name)
    return 200, _shape(assignment)


def listing(assignments: Assignments, scope: str, filter_text: str) -> dict[str, Any]:
    """Return the assignments at, above and below `scope`; `atScope()` leaves those below out."""
    found = {each.id: each for each in assignments.reaching(scope)}
    if "atscope()" not in filter_text.lower():
        found |= {each.id: each for each in assignments.within(scope)}
    principal = _FILTER.search(filter_text)
    wanted = None if principal is None else principal[1].lower()
    return {"value": [_shape(each) for each in found.values() if wanted in (None, each.principal_id.lower())]}


def _parse(scope: str, name: str, body: bytes, directory: Directory) -> Assignment:
    properties = _properties(body)
    principal_id = str(properties.get("principalId", ""))
    role = roles.by_id(str(properties.get("roleDefinitionId", "")).rpartition("/")[2])
    if role is None:
        raise RefusedError(400, "InvalidRoleDefinitionId", "The role definition is none that exists.")
    if not _GUID.fullmatch(principal_id):
        raise RefusedError(400, "InvalidPrincipalId", "The property 'principalId' must be a GUID.")
    principal_type = str(properties.get("principalType") or "")
    if not principal_type and not directory.knows_principal(principal_id):
        raise RefusedError(400, "PrincipalNotFound", f"The principal '{principal_id}' is not in the directory.")
    return Assignment(
        id=name.lower(),
        scope=scope,
        role_id=role.id,
        principal_id=principal_id.lower(),
        principal_type=principal_type or "ServicePrincipal",
    )


def _properties(body: bytes) -> Mapping[str, Any]:
    try:
        properties = json.loads(body)["properties"]
    except (ValueError, KeyError, TypeError, RecursionError) as refusal:
        raise RefusedError(400, "InvalidRequestContent", "The body is not JSON with 'properties'.") from refusal
    if not isinstance(properties, Mapping):
        raise RefusedError(400, "InvalidRequestContent", "The body's 'properties' is not an object.")
    return properties


def _shape(assignment: Assignment) -> dict[str, Any]:
    subscription = "/".join(assignment.scope.split("/")[:3])
    role_path = f"{subscription}/providers/Microsoft.Authorization/roleDefinitions"
    return {
        "id": assignment.resource_id,
        "name": assignment.id,
        "type": "Microsoft.Authorization/roleAssignments",
        "properties": {
            "scope": assignment.scope or "/",
            "roleDefinitionId": f"{role_path}/{assignment.role_id}",
            "principalId": assignment.principal_id,
            "principalType": assignment.principal_type,
        },
    }
