"""A site with what its manifests need of the estate and of what was made, and the names of its objects. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from keyferry.identity.federation import clouds
from keyferry.provision.outputs import MadeIdentity
from keyferry.spec.estate.estate import Cloud
from keyferry.spec.estate.sites import Delivery, Site, SiteSecret

PART_OF_LABEL: Final = (
    "app.kubernetes.io/part-of"  # https://kubernetes.io/docs/concepts/overview/working-with-objects/common-labels/
)
SITE_LABEL: Final = "keyferry.io/site"

Document: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """A site of the estate `estate`, which is in `cloud` and `tenant_id`, with the identity that was made for it."""

    estate: str
    cloud: Cloud
    tenant_id: str
    vault_urls: Mapping[str, str]
    identity: MadeIdentity
    site: Site

    def metadata(self, name: str) -> Document:
        """Return the metadata of an object of the site's."""
        return {"name": name, "namespace": self.site.namespace, "labels": self.labels}

    @property
    def labels(self) -> dict[str, str]:
        """The labels that say to which estate and site an object belongs."""
        return {PART_OF_LABEL: self.estate, SITE_LABEL: self.site.name}

    def vault_url(self, vault: str) -> str:
        """Return a vault's address: as Azure told it, or else as the cloud spells it."""
        told = self.vault_urls.get(vault)
        return told or f"https://{vault.lower()}.{clouds.cloud_of(self.cloud).vault_suffix}"

    def name_for(self, vault: str) -> str:
        """Return the name of the store or class for a vault: the site's, and for another vault than its own with it.

        The dot keeps it from being the name of another site, which has none.
        """
        return self.site.name if vault == self.site.vault else f"{self.site.name}.{vault.lower()}"

    def by_vault(self, delivery: Delivery) -> dict[str, list[SiteSecret]]:
        """Return the secrets that come in this way by their vault, in order of its name."""
        found: dict[str, list[SiteSecret]] = {}
        for secret in self.site.delivered(delivery):
            found.setdefault(secret.vault, []).append(secret)
        return {vault: found[vault] for vault in sorted(found)}
