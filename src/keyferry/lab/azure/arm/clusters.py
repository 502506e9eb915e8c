"""Managed clusters, as far as workload identity goes: the OIDC issuer and the webhook's switch.

https://learn.microsoft.com/azure/aks/use-oidc-issuer (once enabled it cannot be disabled)
The rest of a cluster's properties is kept as it was put, and nothing runs for it.
"""

import copy
import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, locations, operations, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.arm.state import Cluster
from keyferry.lab.azure.sources import named_guid

TYPE: Final = "Microsoft.ContainerService/managedClusters"
_NAME: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?")
_READ_ONLY: Final = ("provisioningState", "powerState", "oidcIssuerProfile", "fqdn", "currentKubernetesVersion")


def issuer_of(cluster_id: str, location: str, tenant_id: str) -> str:
    """Return the OIDC issuer that a cluster gets when it is made, so that the lab's own cluster can be that one."""
    unique = named_guid("issuer", cluster_id)
    return f"https://{location}.oic.prod-aks.azure.com/{tenant_id}/{unique}/"


def find(call: Call) -> Cluster:
    """Return the cluster that the address names. RefusedError (404) where there is none."""
    cluster = call.estate.state.clusters.get(_id(call).lower())
    if cluster is None:
        raise RefusedError(
            404,
            "ResourceNotFound",
            f"The resource '{TYPE}/{call.names['cluster'][:63]}' was not found in '{call.group_id}'.",
        )
    return cluster


def _list(call: Call) -> Reply:
    start = f"{call.group_id if 'group' in call.names else f'/subscriptions/{call.subscription}'}/".lower()
    clusters = call.estate.state.clusters
    return paging.page(call, [_shape(each) for key, each in clusters.items() if key.startswith(start)])


def _get(call: Call) -> Reply:
    return Reply(content=_shape(find(call)))


def _put(call: Call) -> Reply:
    name = call.names["cluster"]
    if not _NAME.fullmatch(name):
        raise _bad("InvalidParameter", f"The cluster name '{name[:63]}' is not allowed.")
    content = bodies.parse(call.request)
    old = call.estate.state.clusters.get(_id(call).lower())
    location = locations.of(content, old.location if old else None, f"The cluster '{name}'")
    properties = bodies.properties(content)
    cluster = Cluster(
        id=old.id if old else _id(call),
        name=old.name if old else name,
        location=location,
        tenant_id=call.caller.tenant_id,
        issuer_url=_issuer(call, properties, old, location),
        workload_identity=_workload_identity(properties, old),
        tags=bodies.tags(content),
        properties={key: copy.deepcopy(value) for key, value in properties.items() if key not in _READ_ONLY},
    )
    if cluster.workload_identity and not cluster.issuer_url:
        raise _bad(
            "BadRequest", "Workload identity needs the OIDC issuer: enable 'oidcIssuerProfile' in the same request."
        )
    call.estate.state.clusters[cluster.id.lower()] = cluster
    return Reply(status=200 if old else 201, content=_shape(cluster))


def _patch(call: Call) -> Reply:
    """The service changes tags by a patch, and nothing else."""
    cluster = find(call)
    content = bodies.parse(call.request)
    cluster.tags = bodies.tags(content)
    return Reply(content=_shape(cluster))


def _delete(call: Call) -> Reply:
    state = call.estate.state
    cluster = state.clusters.pop(_id(call).lower(), None)
    if cluster is None:
        return Reply(status=204)
    call.estate.assignments.delete_within(cluster.id, call.now)
    for key in [key for key in state.bindings if key.startswith(f"{cluster.id.lower()}/")]:
        del state.bindings[key]
    return operations.accepted(call, f"/subscriptions/{call.subscription}", 0)


def _id(call: Call) -> str:
    return f"{call.group_id}/providers/{TYPE}/{call.names['cluster']}"


def _issuer(call: Call, properties: Mapping[str, Any], old: Cluster | None, location: str) -> str:
    enabled = _enabled(properties.get("oidcIssuerProfile"), "oidcIssuerProfile")
    had = "" if old is None else old.issuer_url
    if had and enabled is False:
        raise _bad("BadRequest", "The OIDC issuer cannot be disabled once it is enabled.")
    if had or not enabled:
        return had
    return issuer_of(_id(call), location, call.caller.tenant_id)


def _workload_identity(properties: Mapping[str, Any], old: Cluster | None) -> bool:
    profile = properties.get("securityProfile")
    if profile is not None and not isinstance(profile, Mapping):
        raise bodies.invalid("The property 'securityProfile' is not an object")
    enabled = _enabled((profile or {}).get("workloadIdentity"), "securityProfile.workloadIdentity")
    return (old is not None and old.workload_identity) if enabled is None else enabled


def _enabled(found: object, name: str) -> bool | None:
    """The `enabled` of a profile, None where it is left out."""
    if found is None:
        return None
    if not isinstance(found, Mapping) or not isinstance(found.get("enabled", False), bool):
        raise bodies.invalid(f"The property '{name}' is not an object with 'enabled'")
    enabled: bool | None = found.get("enabled")
    return enabled


def _bad(code: str, message: str) -> RefusedError:
    return RefusedError(400, code, message)


def _shape(cluster: Cluster) -> dict[str, Any]:
    issuer: dict[str, Any] = {"enabled": bool(cluster.issuer_url)}
    if cluster.issuer_url:
        issuer["issuerURL"] = cluster.issuer_url
    security = {**(cluster.properties.get("securityProfile") or {})}
    if cluster.workload_identity:
        security["workloadIdentity"] = {"enabled": True}
    return {
        "id": cluster.id,
        "name": cluster.name,
        "type": TYPE,
        "location": cluster.location,
        "tags": cluster.tags,
        "sku": {"name": "Base", "tier": "Free"},
        "properties": {
            **cluster.properties,
            "provisioningState": "Succeeded",
            "powerState": {"code": "Running"},
            "oidcIssuerProfile": issuer,
            "securityProfile": security,
        },
    }


_GROUP: Final = "/subscriptions/{subscription}/resourceGroups/{group}"
ROUTES: Final = (
    *(
        Route(
            template=f"{below}/providers/{TYPE}",
            type=TYPE,
            versions=versions.CLUSTERS,
            operations={"GET": Operation(f"{TYPE}/read", _list)},
        )
        for below in ("/subscriptions/{subscription}", _GROUP)
    ),
    Route(
        template=f"{_GROUP}/providers/{TYPE}/{{cluster}}",
        type=TYPE,
        versions=versions.CLUSTERS,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "PATCH": Operation(f"{TYPE}/write", _patch),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
