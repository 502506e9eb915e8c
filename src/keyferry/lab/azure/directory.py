"""Tenants and managed identities: what Entra and ARM both know. The only state that they share."""

from collections.abc import Iterable
from dataclasses import dataclass

from keyferry.lab.azure.clouds import Cloud
from keyferry.lab.azure.seed.declaration import FederatedCredential, IdentitySeed, TenantSeed


@dataclass(slots=True, kw_only=True)
class Identity:
    """A managed identity. Its federated credentials change while the lab runs; the rest does not."""

    name: str
    client_id: str
    principal_id: str
    tenant_id: str
    resource_id: str
    location: str
    credentials: dict[str, FederatedCredential]  # by name, lower case


class Directory:
    """Finds tenants and identities by the ids that requests carry; case does not matter."""

    def __init__(self, tenants: Iterable[TenantSeed], identities: Iterable[IdentitySeed]) -> None:
        self.tenants = tuple(tenants)
        self.identities = tuple(_identity(seed) for seed in identities)

    def tenant(self, id_or_domain: str, cloud: Cloud) -> TenantSeed | None:
        """Return the tenant of `cloud` that is called so."""
        wanted = id_or_domain.lower()
        return next((each for each in self.tenants if each.cloud is cloud and wanted in (each.id, each.domain)), None)

    def tenant_by_id(self, tenant_id: str) -> TenantSeed | None:
        """Return the tenant with this GUID, whatever its cloud."""
        return next((each for each in self.tenants if each.id == tenant_id), None)

    def client(self, tenant_id: str, client_id: str) -> Identity | None:
        """Return the tenant's identity with this client id."""
        wanted = (tenant_id, client_id.lower())
        return next((each for each in self.identities if (each.tenant_id, each.client_id) == wanted), None)

    def identity_at(self, resource_id: str) -> Identity | None:
        """Return the identity with this ARM id."""
        return next((each for each in self.identities if each.resource_id.lower() == resource_id.lower()), None)

    def knows_principal(self, principal_id: str) -> bool:
        """Tell whether an identity has this principal id."""
        return any(each.principal_id == principal_id.lower() for each in self.identities)


def _identity(seed: IdentitySeed) -> Identity:
    return Identity(
        name=seed.name,
        client_id=seed.client_id,
        principal_id=seed.principal_id,
        tenant_id=seed.tenant_id,
        resource_id=seed.resource_id,
        location=seed.location,
        credentials={credential.name.lower(): credential for credential in seed.federated_credentials},
    )
