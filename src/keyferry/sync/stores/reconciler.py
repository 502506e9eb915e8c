"""Keeps the status of stores of both kinds: asks each vault whether it answers the identity, never for a value."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Final

from keyferry.kube.client import Client
from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import NORMAL, WARNING, EventType
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, RoleMissing, SpecError
from keyferry.model.identity import ManagedIdentity, ProjectedIdentity, ServicePrincipal
from keyferry.runtime.clock import Clock
from keyferry.spec.secret_store import SecretStore
from keyferry.sync import documents
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, SECRET_STORES, reference
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores import plan as store_plan
from keyferry.sync.stores.directory import Directory, is_of_other_class
from keyferry.sync.stores.plan import Checked, StorePlan
from keyferry.vault import probe
from keyferry.vault.client import Clients

INTERVAL: Final = timedelta(minutes=5)  # upstream's --store-requeue-interval
_SHARED: Final[Mapping[type, str]] = {
    ProjectedIdentity: "the operator itself",
    ManagedIdentity: "the operator's machine",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Through which the API server is written to."""

    client: Client
    recorder: Recorder


class StoreReconciler:
    """Checks one store at a time, by key."""

    def __init__(
        self, stores: Directory, clients: Clients, writer: Writer, clock: Clock, controller_class: str
    ) -> None:
        self._stores = stores
        self._clients = clients
        self._client = writer.client
        self._recorder = writer.recorder
        self._clock = clock
        self._controller_class = controller_class

    async def reconcile(self, key: Key) -> Result:
        """Check the store and tell its status; raises the refusal, so that the controller comes back sooner."""
        watched = self._stores.watched(key)
        store = self._stores.parsed(key)
        if watched is None or store is None or is_of_other_class(store, self._controller_class):
            return Done()
        made = store_plan.plan(watched, await self._check(watched, store), self._clock.now())
        await self._apply(watched, made)
        if made.failure is not None:
            raise made.failure
        return Again(_interval(store))

    async def _check(self, watched: WatchedStore, store: SecretStore | SpecError) -> Checked:
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
        stored = isinstance(entry.identity, ServicePrincipal)
        shared = _SHARED.get(type(entry.identity), "")
        asked = Checked(
            vault_url=entry.vault_url,
            who=entry.identity.who,
            stored_in=str(entry.identity.where) if stored else "",
            shared_by=shared,
        )
        listing = await probe.may_list(self._clients, entry.identity, entry.vault_url)
        if not isinstance(listing.reason, RoleMissing):
            return replace(asked, refusal=listing.reason)
        reading = await probe.may_read(self._clients, entry.identity, entry.vault_url)
        if reading.reason is None or isinstance(reading.reason, RoleMissing):
            return replace(asked, may_list=False, may_read=reading.reason is None, not_listing=_why(listing.reason))
        return replace(asked, refusal=reading.reason)

    async def _apply(self, watched: WatchedStore, made: StorePlan) -> None:
        resource = SECRET_STORES if watched.metadata.namespace else CLUSTER_SECRET_STORES
        if made.status is not None:
            body = documents.status(made.status)
            await self._client.merge_patch(resource, watched.metadata.key, body, subresource="status")
        where = reference(resource, watched.metadata)
        for event in (made.event, made.flag):
            if event is not None:
                kind: EventType = WARNING if event.warning else NORMAL
                self._recorder.record(where, kind, event.reason, event.message)


def _why(refusal: RoleMissing) -> str:
    return f"{refusal.cause}. To mend it: {refusal.remedy}"


def _interval(store: SecretStore | SpecError) -> timedelta:
    own = store.refresh_interval if isinstance(store, SecretStore) else None
    return own or INTERVAL
