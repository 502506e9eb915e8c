"""An estate as frozen types: everything resolved (defaults applied, names filled in), so that renderers decide nothing.

Made by `parse`; read by provision's renderers. Names of Azure's things are as Azure has them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TypeAlias

from keyferry.spec.estate.sites import Site

__all__ = ["Cloud", "Cluster", "Estate", "Site"]


class Cloud(StrEnum):
    """`cloud`: which Azure, in the words of a SecretStore's `environmentType`."""

    PUBLIC = "PublicCloud"
    US_GOVERNMENT = "USGovernmentCloud"
    CHINA = "ChinaCloud"


@dataclass(frozen=True, slots=True, kw_only=True)
class ResourceGroup:
    """Where what is made is put. `is_existing`: it is there already and is not made."""

    name: str
    is_existing: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Azure:
    """The subscription that everything new is made in."""

    cloud: Cloud
    tenant_id: str
    subscription_id: str
    location: str
    resource_group: ResourceGroup
    tags: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingAks:
    """An AKS cluster that is there, with its OIDC issuer enabled. `issuer` "" is read from Azure."""

    name: str
    resource_group: str
    issuer: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAks:
    """An AKS cluster that is made, with OIDC issuer and workload identity. `kubernetes_version` "": Azure's default.

    `admin_group_ids` are Entra's groups that administrate it; where there are none, whoever makes it does.
    """

    name: str
    kubernetes_version: str
    vm_size: str
    node_count: int
    admin_group_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class OidcCluster:
    """Any other cluster, by the issuer of its ServiceAccount tokens exactly as in their `iss`, last slash and all."""

    name: str
    issuer: str


Cluster: TypeAlias = ExistingAks | NewAks | OidcCluster


@dataclass(frozen=True, slots=True, kw_only=True)
class Network:
    """Who reaches a vault. With `is_open` everybody's network may try (identity and role still decide).

    Else only `ip_rules` (addresses and CIDRs), `subnet_ids`, Azure's trusted services, and private endpoints.
    """

    is_open: bool
    ip_rules: tuple[str, ...]
    subnet_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateEndpoint:
    """A private endpoint of a vault. `dns_zone_id` "": the zone is made as well, and linked to `network_id`."""

    subnet_id: str
    network_id: str
    dns_zone_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingVault:
    """A vault that is there. `subscription_id` is the estate's own where nothing else was said."""

    name: str
    resource_group: str
    subscription_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NewVault:
    """A vault that is made, in RBAC mode, with soft delete. `retention_days` is from 7 to 90 and never changes."""

    name: str
    is_premium: bool
    retention_days: int
    has_purge_protection: bool
    network: Network
    private_endpoint: PrivateEndpoint | None


Vault: TypeAlias = ExistingVault | NewVault


@dataclass(frozen=True, slots=True, kw_only=True)
class NewIdentity:
    """A user-assigned managed identity that is made; most are made for one site."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingIdentity:
    """A user-assigned managed identity that is there; its federated credentials and roles are added."""

    name: str
    resource_group: str


Identity: TypeAlias = NewIdentity | ExistingIdentity


@dataclass(frozen=True, slots=True, kw_only=True)
class Install:
    """How keyferry itself comes onto the cluster. `digest` is `sha256:…`; "" where a tag must do."""

    namespace: str
    chart: str
    chart_version: str
    image: str
    digest: str
    has_operator: bool
    has_webhook: bool
    has_node: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Events:
    """Event Grid → the operator. `application`: the Entra application that deliveries are signed for."""

    endpoint: str
    application: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitoring:
    """Diagnostic settings and alerts. `workspace_id` "" makes a Log Analytics workspace, kept for `retention_days`.

    `known_principals` are object ids of those who may use the vaults besides the estate's identities.
    """

    workspace_id: str
    retention_days: int
    emails: tuple[str, ...]
    forbidden_per_window: int
    throttled_per_window: int
    window: timedelta
    known_principals: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Backend:
    """Where Terraform keeps its state: a backend's name and settings, none of which may be a credential."""

    type: str
    settings: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Estate:
    """One keyferry.yaml, whole, in order of names: `vaults` and `identities` that `sites` use or that were written.

    `install`, `events` and `monitoring` are None where the file leaves them out.
    """

    name: str
    azure: Azure
    cluster: Cluster
    vaults: tuple[Vault, ...]
    identities: tuple[Identity, ...]
    sites: tuple[Site, ...]
    install: Install | None
    events: Events | None
    monitoring: Monitoring | None
    backend: Backend | None
