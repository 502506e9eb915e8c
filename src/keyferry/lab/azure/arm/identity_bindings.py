"""Identity bindings: a cluster's leave to act as a managed identity, without a federated credential for each account.

https://learn.microsoft.com/azure/aks/identity-bindings-concepts
"""

import re
from collections.abc import Mapping
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, clusters, operations, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.arm.state import Cluster, IdentityBinding
from keyferry.lab.azure.directory import Identity

TYPE: Final = f"{clusters.TYPE}/identityBindings"
_NAME: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9-]{0,62}[a-zA-Z0-9])?")


def _list(call: Call) -> Reply:
    cluster = clusters.find(call)
    start = f"{cluster.id.lower()}/"
    found = [each for key, each in call.estate.state.bindings.items() if key.startswith(start)]
    return paging.page(call, [_shape(call, cluster, each) for each in found])


def _get(call: Call) -> Reply:
    cluster = clusters.find(call)
    binding = call.estate.state.bindings.get(_id(call, cluster).lower())
    if binding is None:
        raise RefusedError(404, "NotFound", f"The identity binding '{call.names['binding'][:64]}' was not found.")
    return Reply(content=_shape(call, cluster, binding))


def _put(call: Call) -> Reply:
    cluster = clusters.find(call)
    if not _NAME.fullmatch(call.names["binding"]):
        raise RefusedError(
            400, "InvalidParameter", f"The identity binding's name '{call.names['binding'][:64]}' is not allowed."
        )
    identity = _identity(call)
    bindings = call.estate.state.bindings
    old = bindings.get(_id(call, cluster).lower())
    if old is not None and old.identity_id.lower() != identity.resource_id.lower():
        raise RefusedError(400, "PropertyChangeNotAllowed", "The identity of an identity binding cannot be changed.")
    binding = old or IdentityBinding(
        id=_id(call, cluster), name=call.names["binding"], identity_id=identity.resource_id
    )
    bindings[binding.id.lower()] = binding
    return Reply(status=200 if old else 201, content=_shape(call, cluster, binding))


def _delete(call: Call) -> Reply:
    cluster = clusters.find(call)
    if call.estate.state.bindings.pop(_id(call, cluster).lower(), None) is None:
        return Reply(status=204)
    return operations.accepted(call, f"/subscriptions/{call.subscription}", 0)


def _id(call: Call, cluster: Cluster) -> str:
    return f"{cluster.id}/identityBindings/{call.names['binding']}"


def _identity(call: Call) -> Identity:
    profile = bodies.properties(bodies.parse(call.request)).get("managedIdentity")
    resource_id = profile.get("resourceId") if isinstance(profile, Mapping) else None
    if not isinstance(resource_id, str):
        raise RefusedError(400, "InvalidParameter", "The property 'managedIdentity.resourceId' is required.")
    identity = call.estate.directory.identity_at(resource_id)
    if identity is None or identity.tenant_id != call.caller.tenant_id:
        raise RefusedError(400, "InvalidParameter", f"The managed identity '{resource_id[:500]}' was not found.")
    return identity


def _shape(call: Call, cluster: Cluster, binding: IdentityBinding) -> dict[str, Any]:
    """The issuer of a binding is one of Azure's own for the identity, and not the cluster's."""
    identity = call.estate.directory.identity_at(binding.identity_id)
    known = (
        {}
        if identity is None
        else {"objectId": identity.principal_id, "clientId": identity.client_id, "tenantId": identity.tenant_id}
    )
    issuer = f"https://ib.oic.prod-aks.azure.com/{cluster.tenant_id}/{known.get('clientId', '')}"
    return {
        "id": binding.id,
        "name": binding.name,
        "type": TYPE,
        "properties": {
            "managedIdentity": {"resourceId": binding.identity_id, **known},
            "oidcIssuer": {"oidcIssuerUrl": issuer},
            "provisioningState": "Succeeded",
        },
    }


_CLUSTER: Final = f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{clusters.TYPE}/{{cluster}}"
ROUTES: Final = (
    Route(
        template=f"{_CLUSTER}/identityBindings",
        type=TYPE,
        versions=versions.IDENTITY_BINDINGS,
        operations={"GET": Operation(f"{TYPE}/read", _list)},
    ),
    Route(
        template=f"{_CLUSTER}/identityBindings/{{binding}}",
        type=TYPE,
        versions=versions.IDENTITY_BINDINGS,
        operations={
            "GET": Operation(f"{TYPE}/read", _get),
            "PUT": Operation(f"{TYPE}/write", _put),
            "DELETE": Operation(f"{TYPE}/delete", _delete),
        },
    ),
)
