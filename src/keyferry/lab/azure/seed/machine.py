"""The machine of the seed: which identities the metadata endpoint lends to whoever runs there.

https://learn.microsoft.com/entra/identity/managed-identities-azure-resources/overview
"""

from collections.abc import Sequence
from typing import Final

from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.declaration import IdentitySeed, MachineSeed, TenantSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.sources import named_guid

DEFAULT_NAME: Final = "keyferry-lab-node"


def parse(fields: Fields, tenants: dict[str, TenantSeed], identities: Sequence[IdentitySeed]) -> MachineSeed:
    """Return the machine below `machine`; one without identities where there is nothing."""
    name = fields.matching("name", places.ARM_NAME, "3 to 64 letters, digits and hyphens", DEFAULT_NAME)
    default = next(iter(tenants.values())) if not fields.has("tenantId") else None
    tenant = default or places.tenant_of(fields, tenants)
    resource_id = f"{places.group_of(fields, tenant)}/providers/Microsoft.Compute/virtualMachines/{name}"
    location = fields.text("location", places.DEFAULT_LOCATION)
    own = _own(name, tenant, resource_id, location) if fields.flag("systemAssigned", False) else None
    machine = MachineSeed(
        name=name,
        tenant_id=tenant.id,
        resource_id=resource_id,
        location=location,
        identities=_lent(fields, identities),
        own=() if own is None else (own,),
    )
    fields.done()
    return machine


def _lent(fields: Fields, identities: Sequence[IdentitySeed]) -> tuple[str, ...]:
    known = {each.name.lower(): each.resource_id for each in identities}
    names = fields.texts("identities")
    missing = next((name for name in names if name.lower() not in known), None)
    if missing is not None:
        raise SeedError(fields.at("identities"), f"{missing[:80]!r} is not declared", "add it to `identities`")
    return tuple(known[name.lower()] for name in names)


def _own(name: str, tenant: TenantSeed, resource_id: str, location: str) -> IdentitySeed:
    """The system-assigned identity has the machine's name, and its ARM id is the machine's."""
    return IdentitySeed(
        name=name,
        client_id=named_guid("client", tenant.id, resource_id),
        principal_id=named_guid("principal", tenant.id, resource_id),
        tenant_id=tenant.id,
        resource_id=resource_id,
        location=location,
        federated_credentials=(),
    )
