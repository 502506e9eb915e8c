"""The types of a parsed seed. Everything that a user may leave out is filled in."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.roles import Role
from keyferry.lab.azure.seed.resources import ArmSeed
from keyferry.lab.azure.seed.vault_objects import CertificateSeed, KeySeed
from keyferry.lab.azure.vault_settings import VaultSettings

RetryAfter = Literal["no", "seconds", "date"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueSeed:
    """A value that the file states, or the length of one to be made at start. One of the two is None."""

    text: str | None = None
    random_length: int | None = None

    def __repr__(self) -> str:
        return "ValueSeed(•••)"


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionSeed:
    """One version of a secret."""

    value: ValueSeed
    content_type: str | None = None
    tags: tuple[tuple[str, str], ...] = ()
    enabled: bool = True
    not_before: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSeed:
    """A secret and its versions, the oldest first."""

    name: str
    versions: tuple[VersionSeed, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """How a vault behaves where the real service varies. The defaults are the real limits per 10 s."""

    other_per_10s: int = 4000
    sets_per_10s: int = 300
    key_makers_per_10s: int = 20  # that create, import, rotate or restore keys
    keys_per_10s: int = 4000  # units: see `keyvault.limits`
    limit_percent: int = 100  # of all these limits
    retry_after: RetryAfter = "no"  # whether a 429 tells how long to wait; the service does not promise it
    refused_count: bool = False  # whether requests that get 429 count too; the service's documents say both
    empty_first_page: bool = False  # a list may begin with an empty page that has a nextLink
    empty_pages: bool = False  # every page of a list comes after an empty one that has a nextLink
    deletion_seconds: int = 0  # for so long a deleted or recovered object is neither here nor there
    certificate_seconds: int = 0  # for so long the creation of a certificate is in progress


@dataclass(frozen=True, slots=True, kw_only=True)
class VaultSeed:
    """A vault. `resource_id` is its ARM id."""

    name: str
    tenant_id: str
    resource_id: str
    location: str
    soft_delete_retention_days: int
    purge_protection: bool
    public_network_access: bool
    secrets: tuple[SecretSeed, ...]
    knobs: Knobs
    settings: VaultSettings
    keys: tuple[KeySeed, ...] = ()
    certificates: tuple[CertificateSeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TenantSeed:
    """A tenant, its cloud, and the one subscription that the lab gives it."""

    id: str
    domain: str
    subscription_id: str
    cloud: Cloud


@dataclass(frozen=True, slots=True, kw_only=True)
class FederatedCredential:
    """Whose tokens an identity accepts in place of a secret: compared to the letter. `audience` is exactly one."""

    name: str
    issuer: str
    subject: str
    audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentitySeed:
    """A user-assigned managed identity. `resource_id` is its ARM id."""

    name: str
    client_id: str
    principal_id: str
    tenant_id: str
    resource_id: str
    location: str
    federated_credentials: tuple[FederatedCredential, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrySeed:
    """A container registry and the names of its repositories. `takes_arm_tokens`: or those for registries alone."""

    name: str
    tenant_id: str
    resource_id: str
    repositories: tuple[str, ...] = ()
    takes_arm_tokens: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class RoleAssignmentSeed:
    """A role for a principal at a scope, all by id, and the condition that narrows it ("" for none)."""

    principal_id: str
    role_id: str
    scope: str
    condition: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientSecret:
    """A password of an application. `id` is what the portal shows of it beside the name."""

    id: str
    name: str
    value: str = field(repr=False)
    not_before: datetime | None = None
    expires: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientCertificate:
    """The public certificate (PEM) whose private key an application signs assertions with."""

    name: str
    pem: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationSeed:
    """An app registration. `principal_id` is the object id of its service principal."""

    name: str
    client_id: str
    principal_id: str
    tenant_id: str
    secrets: tuple[ClientSecret, ...]
    certificates: tuple[ClientCertificate, ...]
    federated_credentials: tuple[FederatedCredential, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MachineSeed:
    """The machine that the metadata endpoint speaks for, and the identities that it may lend, by ARM id.

    `own` holds its system-assigned identity where it has one.
    """

    name: str
    tenant_id: str
    resource_id: str
    location: str
    identities: tuple[str, ...] = ()
    own: tuple[IdentitySeed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DelaysSeed:
    """How long Entra takes to notice: a federated credential, a new principal, and that a refusal no longer holds.

    And how long vaults take to notice a role assignment that is made or taken away.
    """

    federated_credential_seconds: int = 0
    principal_seconds: int = 0
    negative_answer_seconds: int = 0
    role_assignment_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class EntraSeed:
    """How long access tokens live (None: as the service has it for their kind), and Entra's keys and others'.

    `key_rotation_seconds` None: Entra signs with one key for ever. An old key is published for `key_overlap_seconds`
    more. Keys of an issuer are fetched again after `issuer_keys_seconds`.
    """

    access_token_lifetime_seconds: int | None = None
    key_rotation_seconds: int | None = None
    key_overlap_seconds: int = 86_400
    issuer_keys_seconds: int = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class EventSubscriptionSeed:
    """Who hears of a vault's events. `schema` and `event_types` have the service's names, None for every type.

    `dead_letters` tells whether what cannot be delivered is kept. `token_tenant_id` is "" where no token is sent.
    """

    name: str
    vault_id: str
    endpoint_url: str = field(repr=False)
    schema: str
    event_types: tuple[str, ...] | None
    subject_begins_with: str
    subject_ends_with: str
    max_events_per_batch: int
    max_attempts: int
    minutes_to_live: int
    dead_letters: bool
    token_tenant_id: str
    token_audience: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EventsSeed:
    """Event Grid's subscriptions and its behaviour. `retry_seconds` None: the service's own waits."""

    subscriptions: tuple[EventSubscriptionSeed, ...] = ()
    retry_seconds: tuple[int, ...] | None = None
    duplicate_every: int = 0
    unordered: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Seed:
    """The whole declaration. `cluster_issuer` is the OIDC issuer of the lab's own cluster, "" where none is named."""

    cluster_issuer: str
    tenants: tuple[TenantSeed, ...]
    vaults: tuple[VaultSeed, ...]
    identities: tuple[IdentitySeed, ...]
    role_definitions: tuple[Role, ...]  # the custom ones
    role_assignments: tuple[RoleAssignmentSeed, ...]
    entra: EntraSeed
    applications: tuple[ApplicationSeed, ...]
    machine: MachineSeed
    delays: DelaysSeed
    events: EventsSeed
    arm: ArmSeed
    registries: tuple[RegistrySeed, ...] = ()
