"""The bodies of an estate's resources, as Azure Resource Manager takes them. Pure.

https://learn.microsoft.com/azure/templates
"""

from collections.abc import Mapping
from typing import Any

from keyferry.model.wellknown import TOKEN_AUDIENCE
from keyferry.spec.estate.estate import Azure, Network, NewAks, NewVault


def placed(azure: Azure) -> dict[str, Any]:
    """Return the body of what is nothing but somewhere: a resource group, a managed identity."""
    return {"location": azure.location, "tags": dict(azure.tags)}


def cluster(azure: Azure, wanted: NewAks) -> dict[str, Any]:
    """Return the body of a cluster whose issuer Entra can trust, and that has no accounts but Entra's.

    https://learn.microsoft.com/azure/aks/manage-local-accounts-managed-azure-ad
    """
    size = {"vmSize": wanted.vm_size} if wanted.vm_size else {}
    pool = {
        "name": "system",
        "mode": "System",
        "osType": "Linux",
        "type": "VirtualMachineScaleSets",
        "count": wanted.node_count,
        **size,
    }
    version = {"kubernetesVersion": wanted.kubernetes_version} if wanted.kubernetes_version else {}
    properties = {
        **version,
        "dnsPrefix": wanted.name,
        "agentPoolProfiles": [pool],
        "oidcIssuerProfile": {"enabled": True},
        "securityProfile": {"workloadIdentity": {"enabled": True}},
        "disableLocalAccounts": True,
        "aadProfile": {
            "managed": True,
            "enableAzureRBAC": True,
            "tenantID": azure.tenant_id,
            "adminGroupObjectIDs": list(wanted.admin_group_ids),
        },
    }
    return {**placed(azure), "identity": {"type": "SystemAssigned"}, "properties": properties}


def vault(azure: Azure, wanted: NewVault) -> dict[str, Any]:
    """Return the body of a vault that goes by roles. Purge protection is left out where it is off: it cannot be undone.

    A vault that has nothing but private endpoints is closed to public networks.
    """
    protected = {"enablePurgeProtection": True} if wanted.has_purge_protection else {}
    return {
        **placed(azure),
        "properties": {
            "tenantId": azure.tenant_id,
            "sku": {"family": "A", "name": "premium" if wanted.is_premium else "standard"},
            "enableRbacAuthorization": True,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": wanted.retention_days,
            **protected,
            "publicNetworkAccess": "Enabled" if _is_public(wanted.network) else "Disabled",
            "networkAcls": _rules(wanted.network),
        },
    }


def credential(issuer: str, subject: str) -> dict[str, Any]:
    """Return the body of a federated credential."""
    return {"properties": {"issuer": issuer, "subject": subject, "audiences": [TOKEN_AUDIENCE]}}


def assignment(role: str, principal_id: str) -> dict[str, Any]:
    """Return the body of a role assignment.

    The kind of principal spares the look into a directory that may not know a new identity yet.
    https://learn.microsoft.com/azure/role-based-access-control/troubleshooting#symptom---assigning-a-role-to-a-new-principal-sometimes-fails
    """
    return {"properties": {"roleDefinitionId": role, "principalId": principal_id, "principalType": "ServicePrincipal"}}


def _is_public(network: Network) -> bool:
    return network.is_open or bool(network.ip_rules or network.subnet_ids)


def _rules(network: Network) -> Mapping[str, Any]:
    return {
        "bypass": "AzureServices",
        "defaultAction": "Allow" if network.is_open else "Deny",
        "ipRules": [{"value": rule if "/" in rule else f"{rule}/32"} for rule in network.ip_rules],  # as Azure shows it
        "virtualNetworkRules": [{"id": subnet} for subnet in network.subnet_ids],
    }
