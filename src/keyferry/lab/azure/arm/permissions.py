"""What the caller may do at a scope: the actions of its roles there.

https://learn.microsoft.com/rest/api/authorization/permissions
"""

from typing import Final

from keyferry.lab.azure.arm import inventory, versions
from keyferry.lab.azure.arm.answers import Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route

TYPE: Final = "Microsoft.Authorization/permissions"


def _list(call: Call) -> Reply:
    """Anybody may ask for its own permissions."""
    scope = call.names["scope"]
    inventory.demand(call.estate, scope)
    assigned = call.estate.assignments
    mine = [each for each in assigned.reaching(scope) if each.principal_id.lower() == call.caller.object_id.lower()]
    found = [role for each in mine if (role := assigned.roles.by_id(each.role_id)) is not None]
    value = [
        {
            "actions": list(role.actions),
            "notActions": list(role.not_actions),
            "dataActions": list(role.data_actions),
            "notDataActions": list(role.not_data_actions),
        }
        for role in found
    ]
    return Reply(content={"value": value})


ROUTES: Final = (
    Route(
        template=f"{{scope}}/providers/{TYPE}",
        type=TYPE,
        versions=versions.PERMISSIONS,
        operations={"GET": Operation("", _list)},
    ),
)
