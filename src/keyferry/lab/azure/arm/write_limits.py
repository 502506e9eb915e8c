"""How fast federated credentials may be written: not two at once on one identity, and not too many in a second.

https://learn.microsoft.com/entra/workload-id/workload-identity-federation-considerations
"""

from datetime import timedelta
from typing import Final

from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.arm.routing import Call
from keyferry.lab.azure.directory import Identity

# Writes, and in how many seconds: of one identity; of a subscription in a region; of a tenant in a region.
OF_IDENTITY: Final = (1, 4.0)
OF_SUBSCRIPTION: Final = (2, 1.0)
OF_TENANT: Final = (10, 1.0)


def admit(call: Call, identity: Identity) -> None:
    """Return and count the write. RefusedError: 409 for a parallel one, 429 beyond the rate where that is set."""
    settings = call.estate.state.settings
    key = identity.resource_id.lower()
    if not _within(call, key, (1, settings.credential_write_seconds)):
        raise RefusedError(
            409,
            "ConcurrentFederatedIdentityCredentialsWritesForSingleManagedIdentity",
            f"Federated identity credentials of the identity '{identity.name}' are being written by another request. "
            "Write one after the other.",
        )
    limits = {
        key: OF_IDENTITY,
        f"{call.subscription}/{identity.location}": OF_SUBSCRIPTION,
        f"{identity.tenant_id}/{identity.location}": OF_TENANT,
    }
    if settings.throttle_credential_writes:
        for name, limit in limits.items():
            if not _within(call, name, limit):
                raise RefusedError(
                    429,
                    "TooManyRequests",
                    "Federated identity credentials are written too fast.",
                    headers=(("Retry-After", str(round(limit[1]))),),
                )
    for name in limits:
        _remember(call, name)


def _within(call: Call, name: str, limit: tuple[int, float]) -> bool:
    most, seconds = limit
    since = call.now - timedelta(seconds=seconds)
    return sum(each > since for each in call.estate.state.credential_writes.get(name, ())) < most


def _remember(call: Call, name: str) -> None:
    writes = call.estate.state.credential_writes
    writes[name] = [*writes.get(name, ())[-OF_TENANT[0] :], call.now]
