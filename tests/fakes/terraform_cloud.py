"""A cloud as providers see it: what they cannot know before they made something, and what data sources find.

Values are as msgpack has them: dict, list, text, numbers, and UNKNOWN. https://github.com/hashicorp/terraform/blob/main/docs/plugin-protocol/object-wire-format.md
"""

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import msgspec

from tests.fakes.terraform_facts import Kind

UNKNOWN: Final = msgspec.msgpack.Ext(0, b"\x00")
SUBSCRIPTION: Final = "00000000-0000-4000-8000-000000000001"
ISSUER: Final = "https://westeurope.oic.prod-aks.azure.com/t/c/"

# A kubeconfig as azurerm has it, and what has another type than text. The facts name attributes and not their types.
_CONFIG: Final = [
    "list",
    ["object", {"host": "string", "client_key": "string", "password": "string", "cluster_ca_certificate": "string"}],
]
TYPES: Final[Mapping[str, Any]] = {
    "kube_config": _CONFIG,
    "kube_admin_config": _CONFIG,
    "oidc_issuer_enabled": "bool",
    "rbac_authorization_enabled": "bool",
}
SENSITIVE: Final = frozenset({"kube_config", "kube_admin_config", "primary_shared_key", "secondary_shared_key"})

# Other values of these make another resource. Of azurerm's documentation.
_IDENTIFYING: Final = frozenset(
    {"name", "location", "resource_group_name", "scope", "principal_id", "role_definition_name", "triggers"}
    | {"user_assigned_identity_id", "source_resource_id", "target_resource_id", "soft_delete_retention_days"}
)
_PROVIDERS: Final = {
    "azurerm_key_vault": "Microsoft.KeyVault/vaults",
    "azurerm_kubernetes_cluster": "Microsoft.ContainerService/managedClusters",
    "azurerm_log_analytics_workspace": "Microsoft.OperationalInsights/workspaces",
    "azurerm_user_assigned_identity": "Microsoft.ManagedIdentity/userAssignedIdentities",
}
_NO_KEY: Final = [
    {"host": "https://aks.example:443", "client_key": "", "password": "", "cluster_ca_certificate": "Y2E="}
]


@dataclass(slots=True)
class Cloud:
    """`existing` says of things that are there what is not as usual, by a data source's type and the name asked for.

    `applied` tells what was made, by type and name.
    """

    existing: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    applied: list[tuple[str, str]] = field(default_factory=list)

    def plan(self, kind: Kind, prior: Mapping[str, Any] | None, proposed: Mapping[str, Any]) -> dict[str, Any]:
        """Return what will be: all that was asked for, and UNKNOWN for what is only known afterwards."""
        computed = kind.computed | {"id"}
        return {
            name: UNKNOWN if value is None and name in computed and prior is None else value
            for name, value in proposed.items()
        }

    def replaced_by(self, prior: Mapping[str, Any], proposed: Mapping[str, Any]) -> list[str]:
        """Return the attributes that need another resource."""
        return sorted(name for name in _IDENTIFYING if name in prior and prior[name] != proposed[name])

    def apply(self, kind: Kind, planned: Mapping[str, Any]) -> dict[str, Any]:
        """Return what was made, everything known."""
        self.applied.append((kind.name, str(planned.get("name") or "")))
        made = facts_of(kind.name, planned)
        return {name: made.get(name) if value == UNKNOWN else value for name, value in planned.items()}

    def find(self, kind: Kind, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Return what a data source says of what was asked for."""
        found = facts_of(kind.name, asked) | self.existing.get((kind.name, str(asked.get("name") or "")), {})
        return {name: value if value is not None else found.get(name) for name, value in asked.items()}


def facts_of(kind: str, of: Mapping[str, Any]) -> dict[str, Any]:
    """Return everything that is computed of a resource, whatever its type; equal names give equal ids."""
    bare = kind.removeprefix("data.")
    name = str(of.get("name") or "")
    group = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/{of.get('resource_group_name')}"
    return {
        "id": f"{group}/providers/{_PROVIDERS.get(bare, 'Example/' + bare)}/{name}",
        "client_id": _guid("client", name),
        "principal_id": _guid("principal", name),
        "object_id": _guid("object", name),
        "tenant_id": _guid("tenant", ""),
        "subscription_id": SUBSCRIPTION,
        "vault_uri": f"https://{name}.vault.azure.net/",
        "location": "westeurope",
        "rbac_authorization_enabled": True,
        "oidc_issuer_enabled": True,
        "oidc_issuer_url": ISSUER,
        "fqdn": f"{name}.azmk8s.io",
        "kube_config": _NO_KEY,
        "kube_admin_config": [],
    }


def _guid(what: str, name: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{what}/{name}"))
