"""The types of what a seed declares for ARM alone: groups, clusters, diagnostic settings, and how ARM behaves."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class GroupSeed:
    """A resource group. `id` is its ARM id. Groups that resources are in need no declaration."""

    id: str
    location: str
    tags: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterSeed:
    """A managed cluster. `issuer_url` is "" where its OIDC issuer is off; `bindings` are ARM ids of identities."""

    name: str
    resource_id: str
    tenant_id: str
    location: str
    issuer_url: str
    workload_identity: bool
    bindings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DiagnosticSettingSeed:
    """Where a vault's audit log goes. `vault_id` is the vault's ARM id, `destination` a property and an ARM id."""

    name: str
    vault_id: str
    destination: tuple[str, str]
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSettings:
    """How ARM behaves where the real service varies or takes its time. The defaults are the quick ones."""

    vault_dns_seconds: int = 0
    purge_seconds: int = 0
    credential_write_seconds: int = 0
    throttle_credential_writes: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ArmSeed:
    """All of it. `unregistered` are the namespaces that no subscription has registered."""

    groups: tuple[GroupSeed, ...] = ()
    clusters: tuple[ClusterSeed, ...] = ()
    diagnostic_settings: tuple[DiagnosticSettingSeed, ...] = ()
    settings: ArmSettings = field(default_factory=ArmSettings)
    unregistered: tuple[str, ...] = ()
