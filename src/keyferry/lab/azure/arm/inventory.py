"""All resources of the estate together: what a list of resources shows, and what goes with its group."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.arm.routing import Estate


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """What every resource has."""

    id: str
    name: str
    type: str
    location: str
    tags: dict[str, str]


def resources(estate: Estate, below: str) -> Iterator[Resource]:
    """Yield the resources whose ARM ids lie below `below`."""
    for each in _all(estate):
        if each.id.lower().startswith(f"{below.lower()}/"):
            yield each


def exists(estate: Estate, scope: str) -> bool:
    """Tell whether `scope` is the root, a subscription, a group, a resource, or lies below a resource."""
    wanted = scope.lower()
    known = {f"/subscriptions/{tenant.subscription_id}" for tenant in estate.directory.tenants}
    if wanted in ("", *known, *estate.state.groups):
        return True
    return any(f"{wanted}/".startswith(f"{each.id.lower()}/") for each in _all(estate))


def demand(estate: Estate, scope: str) -> None:
    """Return if `scope` exists. RefusedError (404) says whether its group or the resource does not."""
    if exists(estate, scope):
        return
    group = re.match(r"/subscriptions/[^/]+/resourceGroups/([^/]+)", scope, re.IGNORECASE)
    if group is not None and group[0].lower() not in estate.state.groups:
        raise RefusedError(404, "ResourceGroupNotFound", f"The resource group '{group[1][:90]}' was not found.")
    raise RefusedError(404, "ResourceNotFound", f"The resource '{scope[:500]}' was not found.")


def remove_group(estate: Estate, group_id: str, now: datetime) -> None:
    """Delete the group, all that is in it, and the role assignments there. Vaults become soft-deleted."""
    start = f"{group_id.lower()}/"
    for resource in list(resources(estate, group_id)):
        if resource.type == "Microsoft.ManagedIdentity/userAssignedIdentities":
            estate.directory.remove_identity(resource.id)
    for vault in estate.vaults:
        if vault.resource_id.lower().startswith(start):
            estate.vaults.delete(vault, now)
    state = estate.state
    for kept in (state.clusters, state.bindings, state.diagnostics, state.workspaces, state.identities):
        for key in [key for key in kept if key.startswith(start)]:
            del kept[key]
    estate.assignments.delete_within(group_id, now)
    del state.groups[group_id.lower()]


def _all(estate: Estate) -> Iterator[Resource]:
    for identity in estate.directory.identities:
        notes = estate.state.identities.get(identity.resource_id.lower())
        yield Resource(
            id=identity.resource_id,
            name=identity.name,
            type="Microsoft.ManagedIdentity/userAssignedIdentities",
            location=identity.location,
            tags=notes.tags if notes else {},
        )
    for vault in estate.vaults:
        yield Resource(
            id=vault.resource_id,
            name=vault.name,
            type="Microsoft.KeyVault/vaults",
            location=vault.location,
            tags=dict(vault.tags),
        )
    for cluster in estate.state.clusters.values():
        yield Resource(
            id=cluster.id,
            name=cluster.name,
            type="Microsoft.ContainerService/managedClusters",
            location=cluster.location,
            tags=cluster.tags,
        )
    for workspace in estate.state.workspaces.values():
        yield Resource(
            id=workspace.id,
            name=workspace.name,
            type="Microsoft.OperationalInsights/workspaces",
            location=workspace.location,
            tags=workspace.tags,
        )
