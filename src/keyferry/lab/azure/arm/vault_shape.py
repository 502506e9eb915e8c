"""A vault as ARM shows it.

https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults
"""

from datetime import timedelta
from typing import Any, Final

from keyferry.lab.azure.arm import network_rules, vault_policies
from keyferry.lab.azure.arm.routing import Call
from keyferry.lab.azure.keyvault.vault import Vault

TYPE: Final = "Microsoft.KeyVault/vaults"
REGISTERING: Final = "RegisteringDns"
SUCCEEDED: Final = "Succeeded"


def shape(call: Call, vault: Vault) -> dict[str, Any]:
    """Return the vault as a client reads it. `vaultUri` has a trailing slash; purge protection is true or absent."""
    _settle(call, vault)
    created = {} if vault.created is None else {"systemData": {"createdAt": vault.created.isoformat()}}
    purge_protection = {"enablePurgeProtection": True} if vault.purge_protection else {}
    return {
        "id": vault.resource_id,
        "name": vault.name,
        "type": TYPE,
        "location": vault.location,
        "tags": dict(vault.tags),
        **created,
        "properties": {
            "sku": {"family": "A", "name": vault.sku},
            "tenantId": vault.tenant_id,
            "accessPolicies": [vault_policies.shape(each) for each in vault.access_policies],
            "networkAcls": network_rules.shape(vault.network),
            "publicNetworkAccess": "Enabled" if vault.public_network_access else "Disabled",
            "enabledForDeployment": vault.enabled_for_deployment,
            "enabledForDiskEncryption": vault.enabled_for_disk_encryption,
            "enabledForTemplateDeployment": vault.enabled_for_template_deployment,
            "enableSoftDelete": True,
            "softDeleteRetentionInDays": vault.objects.retention_days,
            "enableRbacAuthorization": vault.rbac,
            **purge_protection,
            "vaultUri": f"{vault.url}/",
            "provisioningState": vault.provisioning_state,
        },
    }


def _settle(call: Call, vault: Vault) -> None:
    """A new vault's name is in DNS after a while."""
    wait = timedelta(seconds=call.estate.state.settings.vault_dns_seconds)
    if vault.created is None or call.now >= vault.created + wait:
        vault.provisioning_state = SUCCEEDED
