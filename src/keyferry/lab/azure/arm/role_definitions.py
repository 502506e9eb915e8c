"""Role definitions: list and get all, make, change and delete custom ones.

https://learn.microsoft.com/rest/api/authorization/role-definitions
https://learn.microsoft.com/azure/role-based-access-control/custom-roles (limits and rules)
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm import access, bodies, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.role_assignments import GUID, ROLE_TYPE
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.role import Role
from keyferry.lab.azure.roles import RoleNameTakenError

MAX_NAME: Final = 512
MAX_DESCRIPTION: Final = 2048
BUILT_IN: Final = "BuiltInRole"
CUSTOM: Final = "CustomRole"
_CONDITION: Final = re.compile(r"(roleName|type)\s+eq\s+'([^']*)'", re.IGNORECASE)


def _list(call: Call) -> Reply:
    """The roles that can be assigned at the scope."""
    conditions = _conditions(call.request.parameter("$filter"))
    scope = _scope(call)
    roles = call.estate.assignments.roles.all()
    found = [_shape(role, scope) for role in roles if role.assignable_at(scope) and _meets(role, conditions)]
    return paging.page(call, found, most=1000)


def _get(call: Call) -> Reply:
    role = _found(call)
    if role is None:
        raise RefusedError(
            404, "RoleDefinitionDoesNotExist", f"The role definition '{call.names['name'][:36]}' does not exist."
        )
    return Reply(content=_shape(role, _scope(call)))


def _put(call: Call) -> Reply:
    old = _found(call)
    if not GUID.fullmatch(call.names["name"]):
        raise RefusedError(400, "InvalidRoleDefinitionId", "The name of a role definition must be a GUID.")
    if old is not None and not old.custom:
        raise RefusedError(400, "InvalidRoleDefinitionUpdate", f"The built-in role '{old.name}' cannot be changed.")
    role = _parse(call)
    for scope in role.assignable_scopes:
        access.authorise(call.caller, f"{ROLE_TYPE}/write", scope, call.estate.assignments)
    try:
        call.estate.assignments.roles.put(role)
    except RoleNameTakenError as refusal:
        raise RefusedError(
            409, "RoleDefinitionWithSameNameExists", f"Another role definition is called '{role.name}': {refusal.id}."
        ) from refusal
    return Reply(status=201, content=_shape(role, _scope(call)))


def _delete(call: Call) -> Reply:
    role = _found(call)
    if role is None:
        return Reply(status=204)
    if not role.custom:
        raise RefusedError(400, "InvalidRoleDefinitionDelete", f"The built-in role '{role.name}' cannot be deleted.")
    if any(each.role_id.lower() == role.id.lower() for each in call.estate.assignments.within("")):
        raise RefusedError(
            400, "RoleDefinitionHasAssignments", f"The role '{role.name}' is assigned. Delete its assignments first."
        )
    call.estate.assignments.roles.delete(role.id)
    return Reply(content=_shape(role, _scope(call)))


def _scope(call: Call) -> str:
    return call.names.get("scope", "")


def _found(call: Call) -> Role | None:
    return call.estate.assignments.roles.by_id(call.names["name"])


def _conditions(text: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for part in (each for each in re.split(r"\s+and\s+", text.strip(), flags=re.IGNORECASE) if each):
        match = _CONDITION.fullmatch(part)
        if match is not None:
            found[match[1].lower()] = match[2].lower()
        elif part.lower() != "atscopeandbelow()":
            raise RefusedError(400, "BadRequestFormat", f"The filter '{part[:200]}' is not known.")
    return found


def _meets(role: Role, conditions: Mapping[str, str]) -> bool:
    facts = {"rolename": role.name, "type": CUSTOM if role.custom else BUILT_IN}
    return all(facts[name].lower() == value for name, value in conditions.items())


def _parse(call: Call) -> Role:
    properties = bodies.properties(bodies.parse(call.request))
    name = properties.get("roleName")
    if not isinstance(name, str) or not 1 <= len(name) <= MAX_NAME:
        raise _invalid(f"The property 'roleName' must be a text of 1 to {MAX_NAME} characters")
    description = properties.get("description") or ""
    if not isinstance(description, str) or len(description) > MAX_DESCRIPTION:
        raise _invalid(f"The property 'description' must be a text of at most {MAX_DESCRIPTION} characters")
    permissions = properties.get("permissions")
    if not isinstance(permissions, list) or len(permissions) != 1 or not isinstance(permissions[0], Mapping):
        raise _invalid("The property 'permissions' must be a list of one object")
    return Role(
        id=call.names["name"].lower(),
        name=name,
        description=description,
        actions=_texts(permissions[0], "actions"),
        not_actions=_texts(permissions[0], "notActions"),
        data_actions=_texts(permissions[0], "dataActions"),
        not_data_actions=_texts(permissions[0], "notDataActions"),
        custom=True,
        assignable_scopes=_scopes(call, properties),
    )


def _scopes(call: Call, properties: Mapping[str, Any]) -> tuple[str, ...]:
    """Subscriptions and resource groups of the caller's tenant: a custom role is for no single resource."""
    scopes = _texts(properties, "assignableScopes")
    known = {tenant.subscription_id for tenant in call.estate.directory.tenants if tenant.id == call.caller.tenant_id}
    for scope in scopes:
        match = re.fullmatch(r"/subscriptions/([^/]+)(/resourceGroups/[^/]+)?", scope.rstrip("/"), re.IGNORECASE)
        if match is None or match[1].lower() not in known:
            raise RefusedError(
                400,
                "LinkedInvalidPropertyId" if match is None else "LinkedAuthorizationFailed",
                f"The assignable scope '{scope[:200]}' is no subscription or resource group of this tenant.",
            )
    if not scopes:
        raise _invalid("The property 'assignableScopes' must name a scope at least")
    return tuple(scope.rstrip("/") for scope in scopes)


def _texts(found: Mapping[str, Any], name: str) -> tuple[str, ...]:
    texts = found.get(name) or []
    if not isinstance(texts, list) or not all(isinstance(each, str) and each for each in texts):
        raise _invalid(f"The property '{name}' must be a list of texts")
    return tuple(texts)


def _invalid(message: str) -> RefusedError:
    return RefusedError(400, "InvalidRoleDefinition", f"{message}.")


def _shape(role: Role, scope: str) -> dict[str, Any]:
    in_subscription = scope.lower().startswith("/subscriptions/")
    subscription = "/".join(scope.split("/")[:3]) if in_subscription else ""
    condition = {"condition": role.condition, "conditionVersion": "2.0"} if role.condition else {}
    return {
        "id": f"{subscription}/providers/{ROLE_TYPE}/{role.id}",
        "name": role.id,
        "type": ROLE_TYPE,
        "properties": {
            "roleName": role.name,
            "type": CUSTOM if role.custom else BUILT_IN,
            "description": role.description,
            "assignableScopes": list(role.assignable_scopes),
            "permissions": [
                {
                    "actions": list(role.actions),
                    "notActions": list(role.not_actions),
                    "dataActions": list(role.data_actions),
                    "notDataActions": list(role.not_data_actions),
                    **condition,
                }
            ],
        },
    }


# At the root the definitions are for everybody to read.
ROUTES: Final = (
    Route(
        template=f"/providers/{ROLE_TYPE}",
        type=ROLE_TYPE,
        versions=versions.ROLE_DEFINITIONS,
        operations={"GET": Operation("", _list)},
    ),
    Route(
        template=f"/providers/{ROLE_TYPE}/{{name}}",
        type=ROLE_TYPE,
        versions=versions.ROLE_DEFINITIONS,
        operations={"GET": Operation("", _get)},
    ),
    Route(
        template=f"{{scope}}/providers/{ROLE_TYPE}",
        type=ROLE_TYPE,
        versions=versions.ROLE_DEFINITIONS,
        operations={"GET": Operation(f"{ROLE_TYPE}/read", _list)},
    ),
    Route(
        template=f"{{scope}}/providers/{ROLE_TYPE}/{{name}}",
        type=ROLE_TYPE,
        versions=versions.ROLE_DEFINITIONS,
        operations={
            "GET": Operation(f"{ROLE_TYPE}/read", _get),
            "PUT": Operation(f"{ROLE_TYPE}/write", _put),
            "DELETE": Operation(f"{ROLE_TYPE}/delete", _delete),
        },
    ),
)
