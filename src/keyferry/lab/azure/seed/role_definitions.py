"""The custom roles of the seed.

https://learn.microsoft.com/azure/role-based-access-control/custom-roles
"""

from typing import Final

from keyferry.lab.azure import roles
from keyferry.lab.azure.roles import Role
from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.declaration import TenantSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError
from keyferry.lab.azure.sources import named_guid

_LISTS: Final = ("actions", "notActions", "dataActions", "notDataActions")


def parse(fields: Fields, tenants: tuple[TenantSeed, ...]) -> Role:
    """Return one custom role, assignable in all subscriptions where it does not say. SeedError names what is wrong."""
    name = fields.text("name")
    if roles.find(name) is not None:
        raise SeedError(fields.at("name"), f"{name[:80]!r} is a built-in role", "choose another name")
    everywhere = tuple(f"/subscriptions/{tenant.subscription_id}" for tenant in tenants)
    actions, not_actions, data_actions, not_data_actions = (fields.texts(each) for each in _LISTS)
    if not actions and not data_actions:
        raise SeedError(fields.at("dataActions"), "is missing, and so is `actions`", "write what the role allows")
    role = Role(
        id=fields.matching("id", places.GUID, "a GUID", named_guid("role", name)).lower(),
        name=name,
        description=fields.text("description", ""),
        actions=actions,
        not_actions=not_actions,
        data_actions=data_actions,
        not_data_actions=not_data_actions,
        custom=True,
        assignable_scopes=fields.texts("assignableScopes") or everywhere,
    )
    fields.done()
    return role
