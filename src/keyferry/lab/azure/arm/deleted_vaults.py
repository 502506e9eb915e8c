"""Soft-deleted vaults: list, get, purge.

https://learn.microsoft.com/rest/api/keyvault/keyvault/vaults/list-deleted
"""

from typing import Any, Final

from keyferry.lab.azure.arm import locations, operations, paging, versions
from keyferry.lab.azure.arm.answers import RefusedError, Reply
from keyferry.lab.azure.arm.routing import Call, Operation, Route
from keyferry.lab.azure.keyvault.vaults import DeletedVault, PurgeProtectedError

TYPE: Final = "Microsoft.KeyVault/deletedVaults"


def _list(call: Call) -> Reply:
    found = [each for each in call.estate.vaults.deleted(call.now) if each.vault.subscription_id == call.subscription]
    return paging.page(call, [_shape(each) for each in found])


def _get(call: Call) -> Reply:
    return Reply(content=_shape(_found(call)))


def _purge(call: Call) -> Reply:
    deleted = _found(call)
    try:
        call.estate.vaults.purge(deleted)
    except PurgeProtectedError as refusal:
        raise RefusedError(
            400, "MethodNotAllowed", f"The vault '{deleted.vault.name}' has purge protection and is not purged by hand."
        ) from refusal
    below = f"/subscriptions/{call.subscription}/providers/Microsoft.KeyVault/locations/{deleted.vault.location}"
    return operations.accepted(call, below, call.estate.state.settings.purge_seconds)


def _found(call: Call) -> DeletedVault:
    deleted = call.estate.vaults.deleted_by_name(call.names["vault"], call.now)
    here = (call.subscription, locations.normalised(call.names["location"]))
    if deleted is None or (deleted.vault.subscription_id, deleted.vault.location) != here:
        raise RefusedError(
            404, "DeletedVaultNotFound", f"There is no deleted vault '{call.names['vault'][:24]}' in this location."
        )
    return deleted


def _shape(deleted: DeletedVault) -> dict[str, Any]:
    vault = deleted.vault
    protected = {"purgeProtectionEnabled": True} if vault.purge_protection else {}
    return {
        "id": f"/subscriptions/{vault.subscription_id}/providers/Microsoft.KeyVault/locations/{vault.location}"
        f"/deletedVaults/{vault.name}",
        "name": vault.name,
        "type": TYPE,
        "properties": {
            "vaultId": vault.resource_id,
            "location": vault.location,
            "tags": dict(vault.tags),
            "deletionDate": deleted.deleted.isoformat(),
            "scheduledPurgeDate": deleted.purged.isoformat(),
            **protected,
        },
    }


_PROVIDER: Final = "/subscriptions/{subscription}/providers/Microsoft.KeyVault"
_ONE: Final = f"{_PROVIDER}/locations/{{location}}/deletedVaults/{{vault}}"
ROUTES: Final = (
    Route(
        template=f"{_PROVIDER}/deletedVaults",
        type=TYPE,
        versions=versions.VAULTS,
        operations={"GET": Operation(f"{TYPE}/read", _list)},
    ),
    Route(
        template=_ONE,
        type=TYPE,
        versions=versions.VAULTS,
        operations={"GET": Operation("Microsoft.KeyVault/locations/deletedVaults/read", _get)},
    ),
    Route(
        template=f"{_ONE}/purge",
        type=TYPE,
        versions=versions.VAULTS,
        operations={"POST": Operation("Microsoft.KeyVault/locations/deletedVaults/purge/action", _purge)},
    ),
)
