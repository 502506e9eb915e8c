"""What ARM itself remembers: resource groups, clusters, settings, registrations. Plain data, so it can be written down.

Identities are in `azure.directory`, vaults in `azure.keyvault`, assignments in `azure.assignments`. Keys of the
dictionaries are ARM ids in lower case.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True, kw_only=True)
class ResourceGroup:
    """A resource group. `id` is its ARM id."""

    id: str
    name: str
    location: str
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class Cluster:
    """A managed cluster. `properties` are as they were put, without what the fields here say.

    `issuer_url` is "" until the issuer is enabled; enabled, it stays.
    """

    id: str
    name: str
    location: str
    tenant_id: str
    issuer_url: str = ""
    workload_identity: bool = False
    tags: dict[str, str] = field(default_factory=dict)
    properties: dict[str, Any] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class IdentityBinding:
    """A cluster's leave to use a managed identity without a federated credential for each ServiceAccount."""

    id: str
    name: str
    identity_id: str


@dataclass(slots=True, kw_only=True)
class DiagnosticSetting:
    """Where a resource's logs and metrics go. `properties` are as they were put."""

    id: str
    name: str
    properties: dict[str, Any]


@dataclass(slots=True, kw_only=True)
class Workspace:
    """A Log Analytics workspace. `customer_id` is what queries call it."""

    id: str
    name: str
    location: str
    customer_id: str
    sku: str
    retention_days: int
    tags: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class IdentityNotes:
    """What ARM keeps of a managed identity beside what Entra knows."""

    tags: dict[str, str] = field(default_factory=dict)
    isolation_scope: str = "None"


@dataclass(slots=True, kw_only=True)
class Settings:
    """How ARM behaves where the real service varies or takes its time. The lab's defaults are the quick ones."""

    vault_dns_seconds: int = 0  # for so long a new vault is in the state RegisteringDns
    purge_seconds: int = 0  # for so long the purge of a vault goes on
    credential_write_seconds: float = 0.0  # a write to an identity so soon after another one is a parallel one: 409
    throttle_credential_writes: bool = False  # 429 beyond the documented rates


@dataclass(slots=True, kw_only=True)
class ArmState:
    """All of it. `providers` holds the namespaces that are not registered, by `subscription/namespace`."""

    settings: Settings = field(default_factory=Settings)
    groups: dict[str, ResourceGroup] = field(default_factory=dict)
    clusters: dict[str, Cluster] = field(default_factory=dict)
    bindings: dict[str, IdentityBinding] = field(default_factory=dict)
    diagnostics: dict[str, DiagnosticSetting] = field(default_factory=dict)
    workspaces: dict[str, Workspace] = field(default_factory=dict)
    identities: dict[str, IdentityNotes] = field(default_factory=dict)
    deleted_identities: dict[str, int] = field(default_factory=dict)  # how often one of this ARM id was deleted
    unregistered: dict[str, bool] = field(default_factory=dict)
    operations: dict[str, datetime] = field(default_factory=dict)  # long-running ones, with the instant they end
    credential_writes: dict[str, list[datetime]] = field(default_factory=dict)  # the last ones, for the limits
