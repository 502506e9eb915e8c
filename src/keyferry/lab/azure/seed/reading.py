"""From a YAML document to a `Seed`. Everything that can be wrong is found here, with its path."""

import re
from typing import Final

from keyferry.lab.azure import clouds, conditions
from keyferry.lab.azure.seed import (
    applications,
    arm,
    certificates,
    events,
    federated,
    keys,
    knobs,
    machine,
    places,
    registries,
    role_definitions,
    secrets,
    vault_settings,
)
from keyferry.lab.azure.seed.declaration import (
    ApplicationSeed,
    DelaysSeed,
    EntraSeed,
    IdentitySeed,
    RoleAssignmentSeed,
    Seed,
    TenantSeed,
    VaultSeed,
)
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.seed.scopes import Scopes
from keyferry.lab.azure.sources import named_guid

_VAULT_NAME: Final = re.compile(r"(?!.*--)[a-zA-Z][a-zA-Z0-9-]{1,22}[a-zA-Z0-9]")
_IDENTITIES: Final = "providers/Microsoft.ManagedIdentity/userAssignedIdentities"
_LIFETIME: Final = "accessTokenLifetimeSeconds"
_ISSUER: Final = re.compile(r"https://\S+")


def parse(document: object) -> Seed:
    """Return the seed that the YAML document declares. SeedError names the path of the first thing that is wrong."""
    fields = Fields(document, "")
    tenants = fields.each("tenants", _tenant)
    if not tenants:
        raise SeedError("tenants", "is missing", "declare one tenant at least, by its GUID: `- id: …`")
    places.refuse_twins("tenants", [tenant.id for tenant in tenants])
    by_id = {tenant.id: tenant for tenant in tenants}
    identities = fields.each("identities", lambda item: _identity(item, by_id))
    places.refuse_twins("identities", [identity.name.lower() for identity in identities])
    places.refuse_twins("identities", [identity.client_id for identity in identities])
    registered = fields.each("applications", lambda item: applications.parse(item, by_id))
    host = machine.parse(fields.inner("machine"), by_id, identities)
    principals: tuple[IdentitySeed | ApplicationSeed, ...] = (*identities, *registered, *host.own)
    places.refuse_twins("applications", [each.name.lower() for each in principals])
    places.refuse_twins("applications", [each.client_id for each in principals])
    named = {each.name.lower(): each.principal_id for each in principals}
    vaults = fields.each("vaults", lambda item: _vault(item, by_id, named))
    places.refuse_twins("vaults", [vault.name.lower() for vault in vaults])
    custom_roles = fields.each("roleDefinitions", lambda item: role_definitions.parse(item, tenants))
    places.refuse_twins("roleDefinitions", [each.name.lower() for each in custom_roles])
    cluster = fields.inner("cluster")
    issuer = cluster.matching("issuer", _ISSUER, "an https URL") if cluster.has("issuer") else ""
    declared = arm.Declared(tenants=by_id, identities=identities, vaults=vaults, cluster_issuer=issuer)
    resources = arm.parse(fields, declared)
    stores = fields.each("registries", lambda item: registries.parse(item, by_id))
    places.refuse_twins("registries", [registry.name.lower() for registry in stores])
    scopes = Scopes(
        tenants=tenants,
        vaults=vaults,
        identities=identities,
        principals=principals,
        custom_roles=custom_roles,
        arm=resources,
        registries=stores,
    )
    seed = Seed(
        cluster_issuer=issuer,
        tenants=tenants,
        vaults=vaults,
        identities=identities,
        role_definitions=custom_roles,
        role_assignments=fields.each("roleAssignments", lambda item: _role_assignment(item, scopes)),
        entra=_entra(fields.inner("entra")),
        applications=registered,
        machine=host,
        delays=_delays(fields.inner("delays")),
        events=events.parse(fields.inner("events"), vaults, by_id),
        arm=resources,
        registries=stores,
    )
    cluster.done()
    fields.done()
    return seed


def _tenant(fields: Fields) -> TenantSeed:
    tenant_id = fields.matching("id", places.GUID, "a GUID").lower()
    cloud_name = fields.text("cloud", clouds.PUBLIC.name)
    cloud = clouds.named(cloud_name)
    if cloud is None:
        known = ", ".join(cloud.name for cloud in clouds.CLOUDS)
        raise SeedError(fields.at("cloud"), f"{cloud_name[:80]!r} is not a cloud", f"write one of {known}")
    tenant = TenantSeed(
        id=tenant_id,
        domain=fields.text("domain", f"{tenant_id}.onmicrosoft.com").lower(),
        subscription_id=fields.matching(
            "subscriptionId", places.GUID, "a GUID", named_guid("subscription", tenant_id)
        ).lower(),
        cloud=cloud,
    )
    fields.done()
    return tenant


def _vault(fields: Fields, tenants: dict[str, TenantSeed], principals: dict[str, str]) -> VaultSeed:
    name = fields.matching("name", _VAULT_NAME, "3 to 24 letters, digits and single hyphens, a letter first")
    tenant = places.tenant_of(fields, tenants)
    access = fields.text("publicNetworkAccess", "Enabled")
    if access not in ("Enabled", "Disabled"):
        raise SeedError(fields.at("publicNetworkAccess"), "is neither of its two values", "write Enabled or Disabled")
    stored, made = secrets.parse(fields.inner("secrets")), keys.parse(fields.inner("keys"))
    taken = frozenset([each.name.lower() for each in stored] + [each.name.lower() for each in made])
    vault = VaultSeed(
        name=name,
        tenant_id=tenant.id,
        resource_id=f"{places.group_of(fields, tenant)}/providers/Microsoft.KeyVault/vaults/{name}",
        location=fields.text("location", places.DEFAULT_LOCATION),
        soft_delete_retention_days=fields.number("softDeleteRetentionInDays", 90, 7, 90),
        purge_protection=fields.flag("enablePurgeProtection", False),
        public_network_access=access == "Enabled",
        secrets=stored,
        keys=made,
        certificates=certificates.parse(fields.inner("certificates"), taken),
        knobs=knobs.parse(fields.inner("lab")),
        settings=vault_settings.parse(fields, tenant.id, principals),
    )
    fields.done()
    return vault


def _identity(fields: Fields, tenants: dict[str, TenantSeed]) -> IdentitySeed:
    name = fields.matching("name", places.ARM_NAME, "3 to 128 letters, digits, - and _")
    tenant = places.tenant_of(fields, tenants)
    identity = IdentitySeed(
        name=name,
        client_id=fields.matching("clientId", places.GUID, "a GUID", named_guid("client", tenant.id, name)).lower(),
        principal_id=fields.matching(
            "principalId", places.GUID, "a GUID", named_guid("principal", tenant.id, name)
        ).lower(),
        tenant_id=tenant.id,
        resource_id=f"{places.group_of(fields, tenant)}/{_IDENTITIES}/{name}",
        location=fields.text("location", places.DEFAULT_LOCATION),
        federated_credentials=federated.parse(fields),
    )
    fields.done()
    return identity


def _condition(fields: Fields) -> str:
    condition = fields.text("condition", "")
    try:
        if condition:
            conditions.parse(condition)
    except conditions.ConditionError as refusal:
        raise SeedError(fields.at("condition"), str(refusal), "see Azure's format of conditions") from refusal
    return condition


def _role_assignment(fields: Fields, scopes: Scopes) -> RoleAssignmentSeed:
    assignment = RoleAssignmentSeed(
        principal_id=scopes.principal(fields.text("identity"), fields.at("identity")),
        role_id=scopes.role(fields.text("role"), fields.at("role")),
        scope=scopes.scope(fields.text("scope"), fields.at("scope")),
        condition=_condition(fields),
    )
    fields.done()
    return assignment


def _entra(fields: Fields) -> EntraSeed:
    defaults = EntraSeed()
    lifetime = fields.number(_LIFETIME, None, 1, 10**6) if fields.has(_LIFETIME) else None
    entra = EntraSeed(
        access_token_lifetime_seconds=lifetime,
        key_rotation_seconds=fields.number("keyRotationSeconds", 0, 0, 10**9) or None,
        key_overlap_seconds=fields.number("keyOverlapSeconds", defaults.key_overlap_seconds, 0, 10**9),
        issuer_keys_seconds=fields.number("issuerKeysSeconds", defaults.issuer_keys_seconds, 1, 10**9),
    )
    fields.done()
    return entra


def _delays(fields: Fields) -> DelaysSeed:
    delays = DelaysSeed(
        federated_credential_seconds=fields.number("federatedCredentialSeconds", 0, 0, 10**6),
        principal_seconds=fields.number("principalSeconds", 0, 0, 10**6),
        negative_answer_seconds=fields.number("negativeAnswerSeconds", 0, 0, 10**6),
        role_assignment_seconds=fields.number("roleAssignmentSeconds", 0, 0, 10**6),
    )
    fields.done()
    return delays
