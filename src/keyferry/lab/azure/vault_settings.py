"""The settings of a vault as values: SKU, access policies, network rules, flags. The seed and ARM write them.

https://learn.microsoft.com/azure/templates/microsoft.keyvault/vaults
"""

from dataclasses import dataclass, field
from typing import Final

MAX_ACCESS_POLICIES: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPolicy:
    """What one principal may do in a vault without RBAC. Permissions are words as `get`, in any case; `all` is each.

    With an `application_id` the policy is for the principal acting through that application alone ("compound
    identity"): https://learn.microsoft.com/azure/key-vault/general/security-features#access-model-overview
    """

    tenant_id: str
    object_id: str
    application_id: str = ""
    keys: tuple[str, ...] = ()
    secrets: tuple[str, ...] = ()
    certificates: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualNetworkRule:
    """A subnet that may come in. The lab has no subnets, so it lets nobody in; it is kept for ARM to show."""

    id: str
    ignore_missing_endpoint: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRules:
    """The vault's firewall. `default_action` is Allow or Deny, `bypass` AzureServices or None (the word)."""

    default_action: str = "Allow"
    bypass: str = "AzureServices"
    ip_rules: tuple[str, ...] = ()  # IPv4 addresses and CIDR ranges
    virtual_network_rules: tuple[VirtualNetworkRule, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSettings:
    """What a vault is made with beside its name, place, deletion rules and public network access."""

    sku: str = "standard"
    rbac: bool = True  # roles decide, and not access policies
    access_policies: tuple[AccessPolicy, ...] = ()
    network: NetworkRules = field(default_factory=NetworkRules)
    enabled_for_deployment: bool = False
    enabled_for_disk_encryption: bool = False
    enabled_for_template_deployment: bool = False
    tags: tuple[tuple[str, str], ...] = ()
