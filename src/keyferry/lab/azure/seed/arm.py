"""`resourceGroups`, `managedClusters`, `diagnosticSettings` and `arm` of the seed file."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.declaration import IdentitySeed, TenantSeed, VaultSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.seed.resources import ArmSeed, ArmSettings, ClusterSeed, DiagnosticSettingSeed, GroupSeed

DESTINATIONS: Final = ("workspaceId", "storageAccountId", "eventHubAuthorizationRuleId")
_CLUSTERS: Final = "providers/Microsoft.ContainerService/managedClusters"
_CLUSTER_NAME: Final = re.compile(r"[a-zA-Z0-9]([a-zA-Z0-9_-]{0,61}[a-zA-Z0-9])?")
_ISSUER: Final = re.compile(r"https://\S+")
_ARM_ID: Final = re.compile(r"/subscriptions/[0-9a-fA-F-]{36}/resourceGroups/[^/]+/providers/.+")
_NAMESPACE: Final = re.compile(r"Microsoft\.[A-Za-z]+")
_LONGEST_WAIT_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What the entries can name: tenants by id, identities and vaults by name, the issuer of the lab's own cluster."""

    tenants: dict[str, TenantSeed]
    identities: tuple[IdentitySeed, ...]
    vaults: tuple[VaultSeed, ...]
    cluster_issuer: str


def parse(fields: Fields, declared: Declared) -> ArmSeed:
    """Return what the document's top level declares for ARM. SeedError names the path of what is wrong."""
    groups = fields.each("resourceGroups", lambda item: _group(item, declared))
    places.refuse_twins("resourceGroups", [group.id.lower() for group in groups])
    clusters = fields.each("managedClusters", lambda item: _cluster(item, declared))
    places.refuse_twins("managedClusters", [cluster.resource_id.lower() for cluster in clusters])
    diagnostics = fields.each("diagnosticSettings", lambda item: _diagnostic_setting(item, declared))
    places.refuse_twins("diagnosticSettings", [f"{each.vault_id} {each.name}".lower() for each in diagnostics])
    arm = fields.inner("arm")
    seed = ArmSeed(
        groups=groups,
        clusters=clusters,
        diagnostic_settings=diagnostics,
        settings=_settings(arm),
        unregistered=_namespaces(arm),
    )
    arm.done()
    return seed


def _group(fields: Fields, declared: Declared) -> GroupSeed:
    tenant = places.tenant_of(fields, declared.tenants)
    name = fields.matching("name", places.ARM_NAME, "a resource group's name")
    group = GroupSeed(
        id=f"/subscriptions/{tenant.subscription_id}/resourceGroups/{name}",
        location=fields.text("location", places.DEFAULT_LOCATION),
        tags=fields.pairs("tags"),
    )
    fields.done()
    return group


def _cluster(fields: Fields, declared: Declared) -> ClusterSeed:
    name = fields.matching("name", _CLUSTER_NAME, "1 to 63 letters, digits, - and _, not - or _ at the ends")
    tenant = places.tenant_of(fields, declared.tenants)
    named = {each.name.lower(): each for each in declared.identities}
    cluster = ClusterSeed(
        name=name,
        resource_id=f"{places.group_of(fields, tenant)}/{_CLUSTERS}/{name}",
        tenant_id=tenant.id,
        location=fields.text("location", places.DEFAULT_LOCATION),
        issuer_url=_issuer(fields, declared.cluster_issuer),
        workload_identity=fields.flag("workloadIdentity", True),
        bindings=tuple(
            _identity(text, named, f"{fields.at('identityBindings')}[{number}]")
            for number, text in enumerate(fields.texts("identityBindings"))
        ),
    )
    if cluster.workload_identity and not cluster.issuer_url:
        raise SeedError(
            fields.at("workloadIdentity"), "needs an issuer", "write `issuer: https://…`, or `workloadIdentity: false`"
        )
    fields.done()
    return cluster


def _issuer(fields: Fields, cluster_issuer: str) -> str:
    """The issuer of the lab's own cluster where the entry names none, and none where it is switched off."""
    if not fields.flag("oidcIssuer", True):
        return ""
    if not fields.has("issuer"):
        return cluster_issuer
    return fields.matching("issuer", _ISSUER, "an https URL")


def _identity(name: str, named: Mapping[str, IdentitySeed], path: str) -> str:
    identity = named.get(name.lower())
    if identity is None:
        raise SeedError(path, f"{name[:80]!r} is not declared", "add it to `identities`")
    return identity.resource_id


def _diagnostic_setting(fields: Fields, declared: Declared) -> DiagnosticSettingSeed:
    vault_name = fields.text("vault")
    vault = next((each for each in declared.vaults if each.name.lower() == vault_name.lower()), None)
    if vault is None:
        raise SeedError(fields.at("vault"), f"{vault_name[:80]!r} is not declared", "add it to `vaults`")
    given = [name for name in DESTINATIONS if fields.has(name)]
    if len(given) != 1:
        raise SeedError(
            fields.path, f"has {len(given)} destinations", f"write one of {', '.join(DESTINATIONS)} with an ARM id"
        )
    setting = DiagnosticSettingSeed(
        name=fields.text("name", "audit"),
        vault_id=vault.resource_id,
        destination=(given[0], fields.matching(given[0], _ARM_ID, "the ARM id of a resource")),
        categories=fields.texts("categories") or ("AuditEvent",),
    )
    fields.done()
    return setting


def _settings(fields: Fields) -> ArmSettings:
    return ArmSettings(
        vault_dns_seconds=fields.number("vaultDnsSeconds", 0, 0, _LONGEST_WAIT_SECONDS),
        purge_seconds=fields.number("purgeSeconds", 0, 0, _LONGEST_WAIT_SECONDS),
        credential_write_seconds=fields.number("credentialWriteSeconds", 0, 0, _LONGEST_WAIT_SECONDS),
        throttle_credential_writes=fields.flag("throttleCredentialWrites", False),
    )


def _namespaces(fields: Fields) -> tuple[str, ...]:
    namespaces = fields.texts("unregisteredProviders")
    for number, namespace in enumerate(namespaces):
        if not _NAMESPACE.fullmatch(namespace):
            raise SeedError(
                f"{fields.at('unregisteredProviders')}[{number}]",
                f"{namespace[:80]!r} is no provider",
                "write a namespace as Microsoft.KeyVault",
            )
    return namespaces
