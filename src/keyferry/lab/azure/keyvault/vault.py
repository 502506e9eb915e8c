"""One vault: its name, where it is, and how it is set up. What it holds is in `objects`."""

from dataclasses import dataclass
from typing import Final

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.keyvault.objects import Objects
from keyferry.lab.azure.seed.declaration import Knobs

LONGEST_RETENTION_DAYS: Final = 90


@dataclass(slots=True, kw_only=True)
class Vault:
    """A vault's settings, which ARM changes while the lab runs, and its objects."""

    name: str
    cloud: Cloud
    tenant_id: str
    resource_id: str
    location: str
    purge_protection: bool
    public_network_access: bool
    knobs: Knobs
    objects: Objects

    @property
    def host(self) -> str:
        """The vault's host name."""
        return f"{self.name.lower()}.{self.cloud.vault_suffix}"

    @property
    def url(self) -> str:
        """The beginning of the ids of what it holds."""
        return f"https://{self.host}"

    @property
    def recovery_level(self) -> str:
        """How deleted secrets come back, in the service's words."""
        customised = "" if self.objects.retention_days == LONGEST_RETENTION_DAYS else "Customized"
        purgeable = "" if self.purge_protection else "+Purgeable"
        return f"{customised}Recoverable{purgeable}"
