"""Where a declared thing is: its tenant, its resource group, its location."""

import re
from typing import Final

from keyferry.lab.azure.seed.declaration import TenantSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError

DEFAULT_RESOURCE_GROUP: Final = "rg-keyferry-lab"
DEFAULT_LOCATION: Final = "westeurope"
GUID: Final = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
ARM_NAME: Final = re.compile(r"[a-zA-Z0-9_().-]{1,128}")


def tenant_of(fields: Fields, tenants: dict[str, TenantSeed]) -> TenantSeed:
    """Return the tenant that `tenantId` names; the only one there is where it is left out."""
    only = next(iter(tenants)) if len(tenants) == 1 else None
    tenant_id = fields.matching("tenantId", GUID, "the GUID of a declared tenant", only).lower()
    if tenant_id not in tenants:
        raise SeedError(fields.at("tenantId"), f"{tenant_id} is not declared", "add it to `tenants`")
    return tenants[tenant_id]


def group_of(fields: Fields, tenant: TenantSeed) -> str:
    """Return the ARM id of the resource group that `resourceGroup` names in the tenant's subscription."""
    group = fields.matching("resourceGroup", ARM_NAME, "a resource group's name", DEFAULT_RESOURCE_GROUP)
    return f"/subscriptions/{tenant.subscription_id}/resourceGroups/{group}"


def refuse_twins(path: str, names: list[str]) -> None:
    """SeedError where two of the names are one."""
    for name in names:
        if names.count(name) > 1:
            raise SeedError(path, f"declares {name[:80]} twice", "remove one of the two")
