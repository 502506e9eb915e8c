"""Who the bearer of an Entra token is to a registry, and what its roles allow there.

https://learn.microsoft.com/azure/container-registry/container-registry-rbac-built-in-roles-overview
"""

from datetime import datetime
from typing import Final

from keyferry.lab.azure.access_tokens import AccessTokens, Caller, TokenRefusedError
from keyferry.lab.azure.assignments import Assignments
from keyferry.lab.azure.clouds import REGISTRY_RESOURCE, Cloud
from keyferry.lab.azure.seed.declaration import RegistrySeed

_REGISTRIES: Final = "Microsoft.ContainerRegistry/registries"
# Control-plane actions in form, which these roles have always had.
ACTIONS: Final = {
    "pull": f"{_REGISTRIES}/pull/read",
    "push": f"{_REGISTRIES}/push/write",
    "delete": f"{_REGISTRIES}/artifacts/delete",
}


def caller_of(token: str, registry: RegistrySeed, cloud: Cloud, tokens: AccessTokens, now: datetime) -> Caller | None:
    """Return whom the token proves to this registry: of its tenant, for itself or for ARM; None for nobody."""
    try:
        caller = tokens.verify(token, now)
    except TokenRefusedError:
        return None
    audience = caller.audience.removesuffix("/")
    taken = audience == REGISTRY_RESOURCE or (registry.takes_arm_tokens and audience in cloud.arm_resources)
    return caller if taken and caller.tenant_id == registry.tenant_id else None


def allowed(principal_id: str, registry: RegistrySeed, assignments: Assignments) -> frozenset[str]:
    """Return what the principal's roles allow: some of pull, push and delete."""
    return frozenset(
        name
        for name, action in ACTIONS.items()
        if assignments.allowing(principal_id, action, registry.resource_id) is not None
    )
