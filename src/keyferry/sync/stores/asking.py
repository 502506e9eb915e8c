"""Asks a store's vault whether it answers the store's identity, and what that may do; never for a value.

Called by sync.stores.reconciler; calls vault.probe, which needs one or two requests.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from keyferry.model.errors import KeyferryError, RoleMissing, SpecError
from keyferry.model.identity import ManagedIdentity, ProjectedIdentity, ServicePrincipal
from keyferry.spec.secret_store import SecretStore
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.directory import Directory
from keyferry.sync.stores.plan import Checked
from keyferry.vault import probe
from keyferry.vault.client import Clients

_SHARED: Final[Mapping[type, str]] = {
    ProjectedIdentity: "the operator itself",
    ManagedIdentity: "the operator's machine",
}


class Asking:
    """The checks of one operator process."""

    def __init__(self, stores: Directory, clients: Clients) -> None:
        self._stores = stores
        self._clients = clients

    async def check(self, watched: WatchedStore, store: SecretStore | SpecError) -> Checked:
        """Return what is to be told of a store, whose spec is `store`. A refusal is part of it; raises none."""
        if isinstance(store, SpecError):
            return Checked(refusal=store)
        notes = tuple(map(str, store.notes))
        if store.is_referent:
            return Checked(vault_url=store.provider.vault_url, is_referent=True, notes=notes)
        return replace(await self._ask(watched), notes=notes)

    async def _ask(self, watched: WatchedStore) -> Checked:
        try:
            entry = await self._stores.access_of(watched)
        except KeyferryError as refusal:
            return Checked(refusal=refusal)
        asked = Checked(
            vault_url=entry.vault_url,
            who=entry.identity.who,
            stored_in=str(entry.identity.where) if isinstance(entry.identity, ServicePrincipal) else "",
            shared_by=_SHARED.get(type(entry.identity), ""),
        )
        listing = await probe.may_list(self._clients, entry.identity, entry.vault_url)
        if not isinstance(listing.reason, RoleMissing):
            return replace(asked, refusal=listing.reason)
        reading = await probe.may_read(self._clients, entry.identity, entry.vault_url)
        if reading.reason is None or isinstance(reading.reason, RoleMissing):
            return replace(asked, may_list=False, may_read=reading.reason is None, not_listing=_why(listing.reason))
        return replace(asked, refusal=reading.reason)


def _why(refusal: RoleMissing) -> str:
    return f"{refusal.cause}. To mend it: {refusal.remedy}"
