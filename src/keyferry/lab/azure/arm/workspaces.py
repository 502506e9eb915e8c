"""Log Analytics workspaces, as far as a diagnostic setting needs one: they are there, and hold nothing.

https://learn.microsoft.com/rest/api/loganalytics/workspaces
A deleted workspace is gone at once; the service keeps it for 14 days.
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, locations, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.arm.state import Workspace

TYPE: Final = "Microsoft.OperationalInsights/workspaces"
SKUS: Final = ("PerGB2018", "CapacityReservation", "LACluster", "Standalone", "PerNode", "Standard", "Premium", "Free")
LEAST_DAYS: Final = 30
MOST_DAYS: Final = 730
_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9-]{2,61}[a-zA-Z0-9]")


def _list(call: Call) -> Reply:
    start = f"{call.group_id if 'group' in call.names else f'/subscriptions/{call.subscription}'}/".lower()
    workspaces = call.estate.state.workspaces
    return paging.page(call, [_shape(each) for key, each in workspaces.items() if key.startswith(start)])


def _get(call: Call) -> Reply:
    return Reply(content=_shape(_found(call)))


def _put(call: Call) -> Reply:
    name = call.names["workspace"]
    if not _NAME.fullmatch(name):
        raise _bad("The workspace name must be 4 to 63 letters, digits and '-', with no '-' at its ends.")
    content = bodies.parse(call.request)
    workspaces = call.estate.state.workspaces
    old = workspaces.get(_id(call).lower())
    workspace = Workspace(
        id=old.id if old else _id(call),
        name=old.name if old else name,
        location=locations.of(content, old.location if old else None, f"The workspace '{name}'"),
        customer_id=old.customer_id if old else call.estate.sources.guid(),
        tags=bodies.tags(content),
        **_settings(bodies.properties(content)),
    )
    workspaces[workspace.id.lower()] = workspace
    return Reply(status=200 if old else 201, content=_shape(workspace))


def _delete(call: Call) -> Reply:
    gone = call.estate.state.workspaces.pop(_id(call).lower(), None)
    if gone is not None:
        call.estate.assignments.delete_within(gone.id, call.now)
    return Reply(status=204 if gone is None else 200)


def _settings(properties: Mapping[str, Any]) -> dict[str, Any]:
    """SKU and retention, with what the service fills in."""
    sku = properties.get("sku") or {}
    wanted = str(sku.get("name", SKUS[0])) if isinstance(sku, Mapping) else ""
    known = next((each for each in SKUS if each.lower() == wanted.lower()), None)
    if known is None:
        raise _bad(f"The property 'sku.name' must be one of {', '.join(SKUS)}.")
    days = properties.get("retentionInDays", LEAST_DAYS)
    if not isinstance(days, int) or isinstance(days, bool) or not LEAST_DAYS <= days <= MOST_DAYS:
        raise _bad(f"The property 'retentionInDays' must be a number from {LEAST_DAYS} to {MOST_DAYS}.")
    return {"sku": known, "retention_days": days}


def _found(call: Call) -> Workspace:
    workspace = call.estate.state.workspaces.get(_id(call).lower())
    if workspace is None:
        raise RefusedError(
            404,
            "ResourceNotFound",
            f"The resource '{TYPE}/{call.names['workspace'][:63]}' was not found in '{call.group_id}'.",
        )
    return workspace


def _id(call: Call) -> str:
    return f"{call.group_id}/providers/{TYPE}/{call.names['workspace']}"


def _bad(message: str) -> RefusedError:
    return RefusedError(400, "InvalidParameter", message)


def _shape(workspace: Workspace) -> dict[str, Any]:
    return {
        "id": workspace.id,
        "name": workspace.name,
        "type": TYPE,
        "location": workspace.location,
        "tags": workspace.tags,
        "properties": {
            "customerId": workspace.customer_id,
            "provisioningState": "Succeeded",
            "sku": {"name": workspace.sku},
            "retentionInDays": workspace.retention_days,
        },
    }


_GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{group}"
ROUTES: Final = (
    *(
        Route(
            template=f"{below}/providers/{TYPE}",
            type=TYPE,
            versions=versions.WORKSPACES,
            operations={"GET": Operation(f"{TYPE}/read", _list)},
        )
        for below in ("/subscriptions/{subscription}", _GROUP)
    ),
    Route(
        template=f"{_GROUP}/providers/{TYPE}/{{workspace}}",
        type=TYPE,
        versions=versions.WORKSPACES,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
