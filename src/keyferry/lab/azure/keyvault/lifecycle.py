"""Deleting, seeing deleted, recovering and purging: the same for all kinds.

https://learn.microsoft.com/azure/key-vault/general/soft-delete-overview
"""

from collections.abc import Callable
from typing import Any, TypeVar

from keyferry.lab.azure.keyvault import listing, shapes
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.calls import Answer, Call
from keyferry.lab.azure.keyvault.kinds import Kind
from keyferry.lab.azure.keyvault.shelf import Deleted, Named

T = TypeVar("T", bound=Named)


def delete(call: Call, kind: Kind[T], name: str) -> Deleted[T]:
    """Delete the object with all its versions."""
    objects = call.vault.objects
    return kind.shelf(call).delete(
        name, call.seconds, hidden_seconds=objects.deletion_seconds, kept_seconds=objects.retention_seconds
    )


def recover(call: Call, kind: Kind[T]) -> T:
    """Bring the object back. RefusedError where it is not there, or already on its way."""
    kind.refuse_moving(call)
    name = kind.find_deleted(call).item.name
    return kind.shelf(call).recover(name, call.seconds, hidden_seconds=call.vault.objects.deletion_seconds)


def purge(call: Call, kind: Kind[T]) -> Answer:
    """Delete the object for good. RefusedError where the vault has purge protection."""
    kind.refuse_moving(call)
    gone = kind.find_deleted(call)
    if call.vault.purge_protection:
        raise RefusedError(403, "Forbidden", "The vault has purge protection, so nothing is purged before its time.")
    del kind.shelf(call).deleted[gone.item.name.lower()]
    return Answer(content=None, status=204)


def get_deleted(call: Call, kind: Kind[T], shape: Callable[[T], dict[str, Any]]) -> Answer:
    """Return a deleted object."""
    return Answer(content=shown(call, kind, kind.find_deleted(call), shape))


def list_deleted(call: Call, kind: Kind[T], shape: Callable[[T], dict[str, Any]]) -> Answer:
    """Return a page of the deleted objects that can be seen."""
    seen = {name: gone for name, gone in kind.shelf(call).deleted.items() if gone.visible <= call.seconds}
    return listing.answer(call, f"deleted{kind.plural}", seen, lambda gone: shown(call, kind, gone, shape))


def shown(call: Call, kind: Kind[T], gone: Deleted[T], shape: Callable[[T], dict[str, Any]]) -> dict[str, Any]:
    """Return the JSON of a deleted object: its own and what is known of its end."""
    end = shapes.address(call.vault, f"deleted{kind.plural}", gone.item.name)
    return {"recoveryId": end, "deletedDate": gone.deleted, "scheduledPurgeDate": gone.purged, **shape(gone.item)}
