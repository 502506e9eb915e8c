"""From a YAML document to a `Seed`. Everything that can be wrong is found here, with its path."""

import re
from typing import Final

from keyferry.lab.azure import clouds
from keyferry.lab.azure.seed import secrets
from keyferry.lab.azure.seed.declaration import (
    EntraSeed,
    FederatedCredential,
    IdentitySeed,
    Knobs,
    RoleAssignmentSeed,
    Seed,
    TenantSeed,
    VaultSeed,
)
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.seed.scopes import Scopes
from keyferry.lab.azure.sources import named_guid

DEFAULT_RESOURCE_GROUP: Final = "rg-keyferry-lab"
DEFAULT_LOCATION: Final = "westeurope"
DEFAULT_AUDIENCE: Final = "api://AzureADTokenExchange"
MAX_FEDERATED_CREDENTIALS: Final = 20  # on one identity
MAX_FEDERATED_FIELD: Final = 600  # characters of issuer, subject, audience

GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_VAULT_NAME: Final = re.compile(r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
_ARM_NAME: Final = re.compile(r"[a-zA-Z0-9_().-]{1,128}")
_CREDENTIAL_NAME: Final = re.compile(r"[a-zA-Z0-9][a-zA-Z0-9_-]{2,119}")
_ISSUER: Final = re.compile(r"https://\S+")


def parse(document: object) -> Seed:
    """Return the seed that the YAML document declares. SeedError names the path of the first thing that is wrong."""
    fields = Fields(document, "")
    tenants = fields.each("tenants", _tenant)
    if not tenants:
        raise SeedError("tenants", "is missing", "declare one tenant at least, by its GUID: `- id: …`")
    _unique("tenants", [tenant.id for tenant in tenants])
    by_id = {tenant.id: tenant for tenant in tenants}
    vaults = fields.each("vaults", lambda item: _vault(item, by_id))
    _unique("vaults", [vault.name.lower() for vault in vaults])
    identities = fields.each("identities", lambda item: _identity(item, by_id))
    _unique("identities", [identity.name.lower() for identity in identities])
    _unique("identities", [identity.client_id for identity in identities])
    scopes = Scopes(tenants=tenants, vaults=vaults, identities=identities)
    cluster = fields.inner("cluster")
    seed = Seed(
        cluster_issuer=cluster.matching("issuer", _ISSUER, "an https URL") if cluster.has("issuer") else "",
        tenants=tenants,
        vaults=vaults,
        identities=identities,
        role_assignments=fields.each("roleAssignments", lambda item: _role_assignment(item, scopes)),
        entra=_entra(fields.inner("entra")),
    )
    cluster.done()
    fields.done()
    return seed


def _tenant(fields: Fields) -> TenantSeed:
    tenant_id = fields.matching("id", GUID, "a GUID").lower()
    cloud_name = fields.text("cloud", clouds.PUBLIC.name)
    cloud = clouds.named(cloud_name)
    if cloud is None:
        known = ", ".join(cloud.name for cloud in clouds.CLOUDS)
        raise SeedError(fields.at("cloud"), f"{cloud_name[:80]!r} is not a cloud", f"write one of {known}")
    tenant = TenantSeed(
        id=tenant_id,
        domain=fields.text("domain", f"{tenant_id}.onmicrosoft.com").lower(),
        subscription_id=fields.matching(
            "subscriptionId", GUID, "a GUID", named_guid("subscription", tenant_id)
        ).lower(),
        cloud=cloud,
    )
    fields.done()
    return tenant


def _tenant_of(fields: Fields, tenants: dict[str, TenantSeed]) -> TenantSeed:
    """Return the tenant that `tenantId` names; the only one there is where it is left out."""
    only = next(iter(tenants)) if len(tenants) == 1 else None
    tenant_id = fields.matching("tenantId", GUID, "the GUID of a declared tenant", only).lower()
    if tenant_id not in tenants:
        raise SeedError(fields.at("tenantId"), f"{tenant_id} is not declared", "add it to `tenants`")
    return tenants[tenant_id]


def _group_of(fields: Fields, tenant: TenantSeed) -> str:
    group = fields.matching("resourceGroup", _ARM_NAME, "a resource group's name", DEFAULT_RESOURCE_GROUP)
    return f"/subscriptions/{tenant.subscription_id}/resourceGroups/{group}"


def _vault(fields: Fields, tenants: dict[str, TenantSeed]) -> VaultSeed:
    name = fields.matching("name", _VAULT_NAME, "3 to 24 letters, digits and single hyphens, a letter first")
    tenant = _tenant_of(fields, tenants)
    access = fields.text("publicNetworkAccess", "Enabled")
    if access not in ("Enabled", "Disabled"):
        raise SeedError(fields.at("publicNetworkAccess"), "is neither of its two values", "write Enabled or Disabled")
    vault = VaultSeed(
        name=name,
        tenant_id=tenant.id,
        resource_id=f"{_group_of(fields, tenant)}/providers/Microsoft.KeyVault/vaults/{name}",
        location=fields.text("location", DEFAULT_LOCATION),
        soft_delete_retention_days=fields.number("softDeleteRetentionInDays", 90, 7, 90),
        purge_protection=fields.flag("enablePurgeProtection", False),
        public_network_access=access == "Enabled",
        secrets=secrets.parse(fields.inner("secrets")),
        knobs=_knobs(fields.inner("lab")),
    )
    fields.done()
    return vault


def _knobs(fields: Fields) -> Knobs:
    defaults = Knobs()
    knobs = Knobs(
        other_per_10s=fields.number("otherPer10s", defaults.other_per_10s, 1, 1_000_000),
        sets_per_10s=fields.number("setsPer10s", defaults.sets_per_10s, 1, 1_000_000),
        retry_after=fields.flag("retryAfter", defaults.retry_after),
        empty_first_page=fields.flag("emptyFirstPage", defaults.empty_first_page),
        deletion_seconds=fields.number("deletionSeconds", defaults.deletion_seconds, 0, 3600),
    )
    fields.done()
    return knobs


def _identity(fields: Fields, tenants: dict[str, TenantSeed]) -> IdentitySeed:
    name = fields.matching("name", _ARM_NAME, "3 to 128 letters, digits, - and _")
    tenant = _tenant_of(fields, tenants)
    credentials = fields.each("federatedCredentials", _federated_credential)
    if len(credentials) > MAX_FEDERATED_CREDENTIALS:
        raise SeedError(
            fields.at("federatedCredentials"),
            f"has {len(credentials)} entries",
            f"an identity takes {MAX_FEDERATED_CREDENTIALS} at most: use a second identity",
        )
    _unique(fields.at("federatedCredentials"), [credential.name for credential in credentials])
    _unique(fields.at("federatedCredentials"), [f"{each.issuer} {each.subject}" for each in credentials])
    identity = IdentitySeed(
        name=name,
        client_id=fields.matching("clientId", GUID, "a GUID", named_guid("client", tenant.id, name)).lower(),
        principal_id=fields.matching("principalId", GUID, "a GUID", named_guid("principal", tenant.id, name)).lower(),
        tenant_id=tenant.id,
        resource_id=f"{_group_of(fields, tenant)}/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{name}",
        location=fields.text("location", DEFAULT_LOCATION),
        federated_credentials=credentials,
    )
    fields.done()
    return identity


def _federated_credential(fields: Fields) -> FederatedCredential:
    audiences = fields.texts("audiences") or (DEFAULT_AUDIENCE,)
    if len(audiences) != 1:
        raise SeedError(fields.at("audiences"), f"has {len(audiences)} entries", "write exactly one")
    credential = FederatedCredential(
        name=fields.matching("name", _CREDENTIAL_NAME, "3 to 120 letters, digits, - and _, not - or _ first"),
        issuer=_federated_text(fields.at("issuer"), fields.text("issuer")),
        subject=_federated_text(fields.at("subject"), fields.text("subject")),
        audience=_federated_text(fields.at("audiences[0]"), audiences[0]),
    )
    fields.done()
    return credential


def _federated_text(path: str, text: str) -> str:
    if not 1 <= len(text) <= MAX_FEDERATED_FIELD:
        raise SeedError(path, "is empty or too long", f"write 1 to {MAX_FEDERATED_FIELD} characters")
    return text


def _role_assignment(fields: Fields, scopes: Scopes) -> RoleAssignmentSeed:
    assignment = RoleAssignmentSeed(
        principal_id=scopes.principal(fields.text("identity"), fields.at("identity")),
        role_id=scopes.role(fields.text("role"), fields.at("role")),
        scope=scopes.scope(fields.text("scope"), fields.at("scope")),
    )
    fields.done()
    return assignment


def _entra(fields: Fields) -> EntraSeed:
    lifetime = fields.number("accessTokenLifetimeSeconds", EntraSeed().access_token_lifetime_seconds, 1, 10**6)
    rotation = fields.number("keyRotationSeconds", 0, 0, 10**9)
    fields.done()
    return EntraSeed(access_token_lifetime_seconds=lifetime, key_rotation_seconds=rotation or None)


def _unique(path: str, names: list[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise SeedError(path, f"declares {name[:80]} twice", "remove one of the two")
