"""Container registries of a seed: names, places, repositories."""

import re
from typing import Final

from keyferry.lab.azure.seed import places
from keyferry.lab.azure.seed.declaration import RegistrySeed, TenantSeed
from keyferry.lab.azure.seed.fields import Fields, SeedError

_NAME: Final = re.compile(r"[a-zA-Z0-9]{5,50}")
_REPOSITORY: Final = re.compile(r"[a-z0-9]+([._/-][a-z0-9]+)*")


def parse(fields: Fields, tenants: dict[str, TenantSeed]) -> RegistrySeed:
    """Return one registry. SeedError names what is wrong."""
    name = fields.matching("name", _NAME, "5 to 50 letters and digits")
    tenant = places.tenant_of(fields, tenants)
    repositories = fields.texts("repositories")
    for repository in repositories:
        if not _REPOSITORY.fullmatch(repository):
            raise SeedError(fields.at("repositories"), f"{repository[:80]!r} is no name of one", "write it as team/app")
    registry = RegistrySeed(
        name=name,
        tenant_id=tenant.id,
        resource_id=f"{places.group_of(fields, tenant)}/providers/Microsoft.ContainerRegistry/registries/{name}",
        repositories=repositories,
        takes_arm_tokens=fields.flag("authenticationAsArm", True),
    )
    fields.done()
    return registry
