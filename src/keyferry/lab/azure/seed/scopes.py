"""From names in `roleAssignments` to ids: identities, roles, and the short forms of scopes."""

from dataclasses import dataclass, field

from keyferry.lab.azure import roles
from keyferry.lab.azure.roles import Role
from keyferry.lab.azure.seed.declaration import ApplicationSeed, IdentitySeed, RegistrySeed, TenantSeed, VaultSeed
from keyferry.lab.azure.seed.fields import SeedError
from keyferry.lab.azure.seed.resources import ArmSeed


@dataclass(frozen=True, slots=True, kw_only=True)
class Scopes:
    """What a role assignment of the seed can name."""

    tenants: tuple[TenantSeed, ...]
    vaults: tuple[VaultSeed, ...]
    identities: tuple[IdentitySeed, ...]
    principals: tuple[IdentitySeed | ApplicationSeed, ...]  # those that a role can be assigned to
    custom_roles: tuple[Role, ...] = ()
    arm: ArmSeed = field(default_factory=ArmSeed)
    registries: tuple[RegistrySeed, ...] = ()

    def principal(self, identity: str, path: str) -> str:
        """Return the principal id of the identity or application called so."""
        found = next((each for each in self.principals if each.name.lower() == identity.lower()), None)
        if found is None:
            raise SeedError(path, f"{identity[:80]!r} is not declared", "add it to `identities` or `applications`")
        return found.principal_id

    def role(self, name_or_id: str, path: str) -> str:
        """Return the GUID of the role, built in or custom."""
        wanted = name_or_id.lower()
        custom = next((each for each in self.custom_roles if wanted in (each.name.lower(), each.id)), None)
        role = custom or roles.find(name_or_id)
        if role is None:
            known = ", ".join(role.name for role in (*roles.ROLES, *self.custom_roles))
            raise SeedError(path, f"{name_or_id[:80]!r} is not a known role", f"write a GUID or one of {known}")
        return role.id

    def scope(self, text: str, path: str) -> str:
        """Return the ARM id that a scope means: it may be written in full, or begin with a declared thing's name."""
        kind, _, rest = text.strip("/").partition("/")
        name, slash, below = rest.partition("/")
        start = self._start(kind, name)
        if start is None:
            raise SeedError(
                path,
                f"{text[:80]!r} names nothing that is declared",
                "write vaults/NAME, vaults/NAME/secrets/NAME, identities/NAME, registries/NAME, managedClusters/NAME, "
                "resourceGroups/NAME or /subscriptions/GUID…",
            )
        return start + slash + below

    def _start(self, kind: str, name: str) -> str | None:
        known = {
            "vaults": {vault.name: vault.resource_id for vault in self.vaults},
            "identities": {identity.name: identity.resource_id for identity in self.identities},
            "registries": {registry.name: registry.resource_id for registry in self.registries},
            "managedClusters": {cluster.name: cluster.resource_id for cluster in self.arm.clusters},
            "resourceGroups": self._groups(),
            "subscriptions": {
                tenant.subscription_id: f"/subscriptions/{tenant.subscription_id}" for tenant in self.tenants
            },
        }
        names = {each.lower(): resource_id for each, resource_id in known.get(kind, {}).items()}
        return names.get(name.lower())

    def _groups(self) -> dict[str, str]:
        """Groups are declared, or exist where something is in them. Of two with one name the first is meant."""
        groups: dict[str, str] = {}
        resource_ids = [group.id for group in self.arm.groups]
        resource_ids += [vault.resource_id for vault in self.vaults]
        resource_ids += [identity.resource_id for identity in self.identities]
        resource_ids += [registry.resource_id for registry in self.registries]
        resource_ids += [cluster.resource_id for cluster in self.arm.clusters]
        for resource_id in resource_ids:
            group_id = resource_id.partition("/providers/")[0]
            groups.setdefault(group_id.rpartition("/")[2], group_id)
        return groups
