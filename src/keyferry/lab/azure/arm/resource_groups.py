"""Resource groups. Deleting one deletes what is in it.

https://learn.microsoft.com/rest/api/resources/resource-groups
"""

import re
from typing import Any, Final

from keyferry.lab.azure.arm import access, bodies, inventory, locations, operations, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.arm.state import ResourceGroup

TYPE: Final = "Microsoft.Resources/resourceGroups"
ACTION: Final = "Microsoft.Resources/subscriptions/resourceGroups"
_NAME: Final = re.compile(r"[\w().-]{0,89}[\w()-]")  # letters and digits of any script, and no full stop at the end


def _list(call: Call) -> Reply:
    """A caller sees the groups that it may read."""
    start = f"/subscriptions/{call.subscription}/"
    groups = [each for key, each in call.estate.state.groups.items() if key.startswith(start)]
    may = [each for each in groups if access.may(call.caller, f"{ACTION}/read", each.id, call.estate.assignments)]
    return paging.page(call, [_shape(each) for each in may])


def _put(call: Call) -> Reply:
    name = call.names["group"]
    if not _NAME.fullmatch(name):
        raise RefusedError(
            400,
            "InvalidResourceGroupName",
            f"The resource group name '{name[:90]}' has a character that is not allowed.",
        )
    content = bodies.parse(call.request)
    groups = call.estate.state.groups
    old = groups.get(call.group_id.lower())
    location = locations.of(content, old.location if old else None, f"The resource group '{name}'")
    group = ResourceGroup(
        id=call.group_id, name=old.name if old else name, location=location, tags=bodies.tags(content)
    )
    groups[group.id.lower()] = group
    return Reply(status=200 if old else 201, content=_shape(group))


def _patch(call: Call) -> Reply:
    group = _found(call)
    content = bodies.parse(call.request)
    if "tags" in content:
        group.tags = bodies.tags(content)
    return Reply(content=_shape(group))


def _get(call: Call) -> Reply:
    return Reply(content=_shape(_found(call)))


def _head(call: Call) -> Reply:
    _found(call)
    return Reply(status=204)


def _delete(call: Call) -> Reply:
    group = _found(call)
    inventory.remove_group(call.estate, group.id, call.now)
    return operations.accepted(call, f"/subscriptions/{call.subscription}", 0)


def _found(call: Call) -> ResourceGroup:
    group = call.estate.state.groups.get(call.group_id.lower())
    if group is None:
        raise RefusedError(
            404, "ResourceGroupNotFound", f"The resource group '{call.names['group'][:90]}' was not found."
        )
    return group


def _shape(group: ResourceGroup) -> dict[str, Any]:
    return {
        "id": group.id,
        "name": group.name,
        "type": TYPE,
        "location": group.location,
        **({"tags": group.tags} if group.tags else {}),
        "properties": {"provisioningState": "Succeeded"},
    }


ROUTES: Final = (
    Route(
        template="/subscriptions/{subscription}/resourceGroups",
        type="",
        versions=versions.RESOURCES,
        operations={"GET": Operation("", _list)},
    ),
    Route(
        template="/subscriptions/{subscription}/resourceGroups/{group}",
        type="",
        versions=versions.RESOURCES,
        operations={
            "GET": Operation(f"{ACTION}/read", _get),
            "HEAD": Operation(f"{ACTION}/read", _head),
            "PUT": Operation(f"{ACTION}/write", _put),
            "PATCH": Operation(f"{ACTION}/write", _patch),
            "DELETE": Operation(f"{ACTION}/delete", _delete),
        },
    ),
)
