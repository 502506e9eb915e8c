"""The body of a put or patch of a vault, held against the rules of the resource.

https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults
https://learn.microsoft.com/azure/key-vault/general/access-control-default (RBAC is the default since 2026-02-01)
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from keyferry.lab.azure.arm import bodies, network_rules, vault_policies
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.arm.vault_policies import bad
from keyferry.lab.azure.keyvault.vault import Vault
from keyferry.lab.azure.vault_settings import AccessPolicy, NetworkRules, VaultSettings

RBAC_DEFAULT_SINCE: Final = "2026-02-01"
LEAST_RETENTION_DAYS: Final = 7
MOST_RETENTION_DAYS: Final = 90
SKUS: Final = ("standard", "premium")


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultBody:
    """What the vault shall be, with everything filled in that the body leaves out."""

    settings: VaultSettings
    purge_protection: bool
    public_network_access: bool
    retention_days: int


def is_recovery(content: Mapping[str, Any]) -> bool:
    """Tell whether a put asks for a deleted vault back. RefusedError (400) for a mode that nobody knows."""
    mode = bodies.properties(content).get("createMode") or "default"
    if mode not in ("default", "recover"):
        raise bad("The property 'createMode' must be 'default' or 'recover'.")
    return bool(mode == "recover")


def read(content: Mapping[str, Any], current: Vault | None, version: str, tenant_id: str, whole: bool) -> VaultBody:
    """Return what the body makes of `current`, None for a new vault. `whole` is a put, which demands its fields.

    RefusedError (400) names the field that is wrong.
    """
    properties = bodies.properties(content)
    _check_tenant(properties, tenant_id, whole)
    return VaultBody(
        settings=_settings(content, current, version, tenant_id, whole),
        purge_protection=_purge_protection(properties, current),
        public_network_access=_public(properties, current),
        retention_days=_retention(properties, current),
    )


def _settings(
    content: Mapping[str, Any], current: Vault | None, version: str, tenant_id: str, whole: bool
) -> VaultSettings:
    properties = bodies.properties(content)
    rbac = _rbac(properties, current, version)
    policies = properties.get("accessPolicies")
    if policies is None and whole and not rbac:
        raise bad("The property 'accessPolicies' is required for a vault without RBAC authorization.")
    return VaultSettings(
        sku=_sku(properties, current, whole),
        rbac=rbac,
        access_policies=_policies(policies, current, tenant_id),
        network=_network(properties.get("networkAcls"), current),
        enabled_for_deployment=_flag(
            properties, "enabledForDeployment", current is not None and current.enabled_for_deployment
        ),
        enabled_for_disk_encryption=_flag(
            properties, "enabledForDiskEncryption", current is not None and current.enabled_for_disk_encryption
        ),
        enabled_for_template_deployment=_flag(
            properties, "enabledForTemplateDeployment", current is not None and current.enabled_for_template_deployment
        ),
        tags=_tags(content, current, whole),
    )


def _policies(found: object, current: Vault | None, tenant_id: str) -> tuple[AccessPolicy, ...]:
    if found is None:
        return () if current is None else current.access_policies
    return vault_policies.parse(found, tenant_id)


def _network(found: object, current: Vault | None) -> NetworkRules:
    if found is None:
        return NetworkRules() if current is None else current.network
    return network_rules.parse(found)


def _tags(content: Mapping[str, Any], current: Vault | None, whole: bool) -> tuple[tuple[str, str], ...]:
    if current is not None and not whole and "tags" not in content:
        return current.tags
    return tuple(bodies.tags(content).items())


def _check_tenant(properties: Mapping[str, Any], tenant_id: str, whole: bool) -> None:
    written = properties.get("tenantId")
    if written is None and not whole:
        return
    if not isinstance(written, str) or not written:
        raise bad("The property 'tenantId' is required.")
    if written.lower() != tenant_id:
        raise bad(f"The property 'tenantId' must be the subscription's tenant, '{tenant_id}'.")


def _sku(properties: Mapping[str, Any], current: Vault | None, whole: bool) -> str:
    sku = properties.get("sku")
    if sku is None and not whole and current is not None:
        return current.sku
    if not isinstance(sku, Mapping) or str(sku.get("family", "")).upper() != "A":
        raise bad("The property 'sku' is required, with the family 'A' and a name.")
    name = str(sku.get("name", "")).lower()
    if name not in SKUS:
        raise bad("The property 'sku.name' must be 'standard' or 'premium'.")
    return name


def _rbac(properties: Mapping[str, Any], current: Vault | None, version: str) -> bool:
    """The default of the api-version is for new vaults alone; an update that leaves it out changes nothing."""
    default = version >= RBAC_DEFAULT_SINCE if current is None else current.rbac
    return _flag(properties, "enableRbacAuthorization", default)


def _purge_protection(properties: Mapping[str, Any], current: Vault | None) -> bool:
    on = current is not None and current.purge_protection
    if _flag(properties, "enableSoftDelete", True) is False:
        raise bad("The property 'enableSoftDelete' cannot be set to false: soft delete is on for every vault.")
    if properties.get("enablePurgeProtection") is False:
        raise bad("The property 'enablePurgeProtection' cannot be set to false: leave it out, or set it to true.")
    return _flag(properties, "enablePurgeProtection", on)


def _retention(properties: Mapping[str, Any], current: Vault | None) -> int:
    days = properties.get("softDeleteRetentionInDays")
    if days is None:
        return MOST_RETENTION_DAYS if current is None else current.objects.retention_days
    if isinstance(days, bool) or not isinstance(days, int) or not LEAST_RETENTION_DAYS <= days <= MOST_RETENTION_DAYS:
        raise bad(f"The property 'softDeleteRetentionInDays' must be {LEAST_RETENTION_DAYS} to {MOST_RETENTION_DAYS}.")
    if current is not None and days != current.objects.retention_days:
        raise bad("The property 'softDeleteRetentionInDays' has been set already and cannot be changed.")
    return days


def _public(properties: Mapping[str, Any], current: Vault | None) -> bool:
    access = properties.get("publicNetworkAccess")
    if access is None:
        return True if current is None else current.public_network_access
    if str(access).lower() not in ("enabled", "disabled"):
        raise bad("The property 'publicNetworkAccess' must be 'Enabled' or 'Disabled'.")
    return str(access).lower() == "enabled"


def _flag(properties: Mapping[str, Any], name: str, default: bool) -> bool:
    value = properties.get(name)
    if value is None:
        return default
    if not isinstance(value, bool):
        raise RefusedError(400, "InvalidRequestContent", f"The property '{name}' must be true or false.")
    return value
