"""One vault: its name, where it is, and how it is set up. What it holds is in `objects`."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.seed.declaration import Knobs
from keyferry.lab.azure.vault_settings import AccessPolicy, NetworkRules, VaultSettings

LONGEST_RETENTION_DAYS: Final = 90


@dataclass(slots=True, kw_only=True)
class Vault:
    """A vault's settings, which ARM changes while the lab runs, and its objects.

    Days of retention are in `objects`. `created` is None until `Vaults.create` has taken the vault in.
    """

    name: str
    cloud: Cloud
    tenant_id: str
    resource_id: str
    location: str
    purge_protection: bool
    public_network_access: bool
    knobs: Knobs
    objects: Objects
    sku: str = "standard"
    rbac: bool = True  # roles decide, and not access policies
    access_policies: tuple[AccessPolicy, ...] = ()
    network: NetworkRules = field(default_factory=NetworkRules)
    enabled_for_deployment: bool = False
    enabled_for_disk_encryption: bool = False
    enabled_for_template_deployment: bool = False
    tags: tuple[tuple[str, str], ...] = ()
    created: datetime | None = None
    provisioning_state: str = "Succeeded"

    @property
    def host(self) -> str:
        """The vault's host name."""
        return f"{self.name.lower()}.{self.cloud.vault_suffix}"

    @property
    def url(self) -> str:
        """The beginning of the ids of what it holds."""
        return f"https://{self.host}"

    @property
    def subscription_id(self) -> str:
        """The subscription that the vault is in."""
        return self.resource_id.split("/")[2].lower()

    @property
    def recovery_level(self) -> str:
        """How deleted secrets come back, in the service's words."""
        customised = "" if self.objects.retention_days == LONGEST_RETENTION_DAYS else "Customized"
        purgeable = "" if self.purge_protection else "+Purgeable"
        return f"{customised}Recoverable{purgeable}"

    def configure(self, settings: VaultSettings) -> None:
        """Take over all of `settings`."""
        self.sku = settings.sku
        self.rbac = settings.rbac
        self.access_policies = settings.access_policies
        self.network = settings.network
        self.enabled_for_deployment = settings.enabled_for_deployment
        self.enabled_for_disk_encryption = settings.enabled_for_disk_encryption
        self.enabled_for_template_deployment = settings.enabled_for_template_deployment
        self.tags = settings.tags
