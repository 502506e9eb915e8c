"""Resources of the API by group, version and plural, and the built-in ones that any controller needs."""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Resource:
    """A collection that an API server serves. `group` is "" for the core API."""

    group: str
    version: str
    plural: str
    kind: str
    namespaced: bool = True

    @property
    def api_version(self) -> str:
        """The `apiVersion` of its objects."""
        return f"{self.group}/{self.version}" if self.group else self.version

    def __str__(self) -> str:
        """The name that roles and messages use: `externalsecrets.external-secrets.io`."""
        return f"{self.plural}.{self.group}" if self.group else self.plural


SECRETS: Final = Resource(group="", version="v1", plural="secrets", kind="Secret")
CONFIG_MAPS: Final = Resource(group="", version="v1", plural="configmaps", kind="ConfigMap")
SERVICE_ACCOUNTS: Final = Resource(group="", version="v1", plural="serviceaccounts", kind="ServiceAccount")
PODS: Final = Resource(group="", version="v1", plural="pods", kind="Pod")
EVENTS: Final = Resource(group="", version="v1", plural="events", kind="Event")
NAMESPACES: Final = Resource(group="", version="v1", plural="namespaces", kind="Namespace", namespaced=False)
LEASES: Final = Resource(group="coordination.k8s.io", version="v1", plural="leases", kind="Lease")
CUSTOM_RESOURCE_DEFINITIONS: Final = Resource(
    group="apiextensions.k8s.io",
    version="v1",
    plural="customresourcedefinitions",
    kind="CustomResourceDefinition",
    namespaced=False,
)
