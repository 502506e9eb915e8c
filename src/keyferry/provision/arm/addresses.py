"""What Azure calls the things of an estate: their resource ids, and the api-versions that they are asked in. Pure.

https://learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules
"""

import hashlib
import uuid
from typing import Final

from keyferry.identity.federation.clouds import cloud_of
from keyferry.spec.estate.estate import (
    Azure,
    ExistingAks,
    ExistingIdentity,
    ExistingVault,
    Identity,
    NewAks,
    Vault,
)
from keyferry.spec.estate.sites import Site

GROUPS_VERSION: Final = "2024-11-01"
CLUSTERS_VERSION: Final = "2025-10-01"
VAULTS_VERSION: Final = "2026-02-01"
IDENTITIES_VERSION: Final = "2024-11-30"
ASSIGNMENTS_VERSION: Final = "2022-04-01"
EVENTS_VERSION: Final = "2025-02-15"
WORKSPACES_VERSION: Final = "2025-02-01"
DIAGNOSTICS_VERSION: Final = "2021-05-01-preview"


def group(azure: Azure, name: str = "", subscription_id: str = "") -> str:
    """Return the id of a resource group: the estate's own, or another one by its name."""
    return (
        f"/subscriptions/{subscription_id or azure.subscription_id}/resourceGroups/{name or azure.resource_group.name}"
    )


def cluster(azure: Azure, aks: ExistingAks | NewAks) -> str:
    """Return the id of an AKS cluster."""
    where = group(azure, aks.resource_group) if isinstance(aks, ExistingAks) else group(azure)
    return f"{where}/providers/Microsoft.ContainerService/managedClusters/{aks.name}"


def vault(azure: Azure, wanted: Vault) -> str:
    """Return the id of a vault."""
    where = group(azure)
    if isinstance(wanted, ExistingVault):
        where = group(azure, wanted.resource_group, wanted.subscription_id)
    return f"{where}/providers/Microsoft.KeyVault/vaults/{wanted.name}"


def identity(azure: Azure, wanted: Identity) -> str:
    """Return the id of a managed identity."""
    where = group(azure, wanted.resource_group) if isinstance(wanted, ExistingIdentity) else group(azure)
    return f"{where}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{wanted.name}"


def is_foreign(azure: Azure, wanted: Vault) -> bool:
    """Tell whether a vault is in another subscription: roles on it are given, and it is neither read nor changed."""
    return isinstance(wanted, ExistingVault) and wanted.subscription_id.lower() != azure.subscription_id.lower()


def vault_url(azure: Azure, name: str) -> str:
    """Return the address of a vault that is not asked for it."""
    return f"https://{name.lower()}.{cloud_of(azure.cloud).vault_suffix}"


def assignment(scope: str, role: str, principal_id: str) -> str:
    """Return the id of the assignment of a role to a principal at a scope, the same as in deploy/terraform."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, f"{scope.lower()}|{role}|{principal_id}")
    return f"{scope}/providers/Microsoft.Authorization/roleAssignments/{name}"


def role(scope: str, role_id: str) -> str:
    """Return the id of a built-in role, as the subscription of `scope` knows it."""
    subscription = "/".join(scope.split("/")[:3])
    return f"{subscription}/providers/Microsoft.Authorization/roleDefinitions/{role_id}"


def credential_name(cluster_name: str, site: Site) -> str:
    """Return what the federated credential of a site is called, the same as in deploy/terraform.

    The digest tells it from others that read alike; 3 to 120 letters, digits and hyphens are allowed.
    """
    readable = f"{site.namespace}-{site.service_account}".replace(".", "-")[:100]
    digest = hashlib.sha256(f"{cluster_name}\n{site.subject}".encode()).hexdigest()
    return f"{readable}-{digest[:8]}"
