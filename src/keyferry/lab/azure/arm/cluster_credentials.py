"""The kubeconfigs that AKS hands out. Nothing runs for a cluster, so they lead nowhere, and what is a key is a word.

A cluster whose users are Entra's hands its users one that signs in by kubelogin and holds no key. One with accounts of
its own hands out keys, its administrators' too, until its local accounts are disabled.
https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
https://learn.microsoft.com/rest/api/aks/managed-clusters/list-cluster-user-credentials
"""

import base64
from typing import Any, Final

import yaml

from keyferry.lab.azure.arm import clusters, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.arm.state import Cluster
from keyferry.lab.azure.sources import named_guid

# The applications of AKS in Entra, the same in every tenant. https://azure.github.io/kubelogin/concepts/aks.html
_SERVER: Final = "6dae42f8-4368-4678-94ff-3960e28e3630"
_CLIENT: Final = "80faf920-1908-4b52-b5ef-a8e7bedfc67a"
_NO_KEY: Final = base64.b64encode(b"the lab has no such key").decode()


def _user(call: Call) -> Reply:
    cluster = clusters.find(call)
    is_entras = cluster.properties.get("aadProfile") is not None
    user = _signing_in(call, cluster) if is_entras else _keys()
    return _kubeconfig(call, cluster, "clusterUser", user)


def _admin(call: Call) -> Reply:
    cluster = clusters.find(call)
    if cluster.properties.get("disableLocalAccounts"):
        raise RefusedError(
            400,
            "BadRequest",
            "Getting static credential is not allowed because this cluster is set to disable local accounts.",
        )
    return _kubeconfig(call, cluster, "clusterAdmin", _keys())


def _signing_in(call: Call, cluster: Cluster) -> dict[str, Any]:
    applications = {"--environment": call.cloud.name, "--server-id": _SERVER, "--client-id": _CLIENT}
    flags = {**applications, "--tenant-id": cluster.tenant_id, "--login": "devicecode"}
    return {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1beta1",
            "command": "kubelogin",
            "args": ["get-token", *(word for pair in flags.items() for word in pair)],
            "env": None,
            "provideClusterInfo": False,
        }
    }


def _keys() -> dict[str, Any]:
    return {"client-certificate-data": _NO_KEY, "client-key-data": _NO_KEY, "token": _NO_KEY}


def _kubeconfig(call: Call, cluster: Cluster, name: str, user: dict[str, Any]) -> Reply:
    unique = named_guid("fqdn", cluster.id)[:8]
    server = (
        f"https://{cluster.properties.get('dnsPrefix') or cluster.name}-{unique}.hcp.{cluster.location}.azmk8s.io:443"
    )
    full_name = f"{name}_{call.names['group']}_{cluster.name}"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": cluster.name, "cluster": {"certificate-authority-data": _NO_KEY, "server": server}}],
        "contexts": [{"name": cluster.name, "context": {"cluster": cluster.name, "user": full_name}}],
        "current-context": cluster.name,
        "users": [{"name": full_name, "user": user}],
    }
    value = base64.b64encode(yaml.safe_dump(content, sort_keys=False).encode()).decode()
    return Reply(content={"kubeconfigs": [{"name": name, "value": value}]})


_ONE: Final = f"/subscriptions/{{subscription}}/resourceGroups/{{group}}/providers/{clusters.TYPE}/{{cluster}}"
ROUTES: Final = tuple(
    Route(
        template=f"{_ONE}/{verb}",
        type=clusters.TYPE,
        versions=versions.CLUSTERS,
        operations={"POST": Operation(f"{clusters.TYPE}/{verb}/action", handler)},
    )
    for verb, handler in (("listClusterUserCredential", _user), ("listClusterAdminCredential", _admin))
)
