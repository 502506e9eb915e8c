"""Keeps the status of stores of both kinds, and holds those that a PushSecret needs; called by the controller."""

import asyncio
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from keyferry.kube.client import Client
from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.events import Recorder
from keyferry.kube.wire.events import NORMAL, WARNING, EventType
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import Resource
from keyferry.model.errors import SpecError
from keyferry.runtime.clock import Clock
from keyferry.spec.secret_store import SecretStore
from keyferry.sync import documents
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, SECRET_STORES, reference
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores import holding
from keyferry.sync.stores import plan as store_plan
from keyferry.sync.stores.asking import Asking
from keyferry.sync.stores.directory import Directory, is_of_other_class
from keyferry.sync.stores.holding import Holder
from keyferry.sync.stores.plan import StorePlan

INTERVAL: Final = timedelta(minutes=5)  # upstream's --store-requeue-interval


@dataclass(frozen=True, slots=True, kw_only=True)
class Writer:
    """Through which the API server is written to."""

    client: Client
    recorder: Recorder


def nobody(_store: WatchedStore) -> tuple[Holder, ...]:
    """Return who holds a store where there are no PushSecrets."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """Which stores are this operator's, how often it looks at them, and who may need one: its PushSecrets.

    `holders` is None where PushSecrets are another's to serve, and so are the finalizers of stores. Without
    `namespaced`, SecretStores are used, but their status is another's.
    """

    controller_class: str
    interval: timedelta = INTERVAL
    holders: Callable[[WatchedStore], Iterable[Holder]] | None = nobody
    namespaced: bool = True


class StoreReconciler:
    """Checks one store at a time, by key. `durations` has the nanoseconds that each one's last check took."""

    def __init__(self, stores: Directory, asking: Asking, writer: Writer, clock: Clock, duty: Duty) -> None:
        self._stores = stores
        self._asking = asking
        self._client = writer.client
        self._recorder = writer.recorder
        self._clock = clock
        self._duty = duty
        self._durations: dict[Key, int] = {}

    @property
    def durations(self) -> Mapping[Key, int]:
        """How many nanoseconds the last check of each store took, for the metric."""
        return self._durations

    async def reconcile(self, key: Key) -> Result:
        """Check the store and tell its status; raises the refusal, so that the controller comes back sooner."""
        loop = asyncio.get_running_loop()
        began = loop.time()
        watched = self._stores.watched(key)
        store = self._stores.parsed(key)
        if watched is None or store is None or self._is_of_others(watched, store):
            self._durations.pop(key, None)
            return Done()
        try:
            return await self._look(watched, store)
        finally:
            self._durations[key] = int((loop.time() - began) * 1_000_000_000)

    def _is_of_others(self, watched: WatchedStore, store: SecretStore | SpecError) -> bool:
        is_unserved = bool(watched.metadata.namespace) and not self._duty.namespaced
        return is_unserved or is_of_other_class(store, self._duty.controller_class)

    async def _look(self, watched: WatchedStore, store: SecretStore | SpecError) -> Result:
        if await self._let_go(watched):
            return Done()
        made = store_plan.plan(watched, await self._asking.check(watched, store), self._clock.now())
        await self._apply(watched, made)
        if made.failure is not None:
            raise made.failure
        own = store.refresh_interval if isinstance(store, SecretStore) else None
        return Again(own or self._duty.interval)

    async def _let_go(self, watched: WatchedStore) -> bool:
        """Hold the store while it is needed; tell whether it was being deleted and nobody needs it any more."""
        if self._duty.holders is None:
            return False
        wanted = holding.finalizers(watched, self._duty.holders(watched))
        if wanted is None:
            return False
        body = documents.finalizers(wanted, watched.metadata.resource_version)
        await self._client.merge_patch(_resource(watched), watched.metadata.key, body)
        return watched.metadata.deletion_timestamp is not None

    async def _apply(self, watched: WatchedStore, made: StorePlan) -> None:
        if made.status is not None:
            body = documents.status(made.status)
            await self._client.merge_patch(_resource(watched), watched.metadata.key, body, subresource="status")
        where = reference(_resource(watched), watched.metadata)
        for event in (made.event, made.flag):
            if event is not None:
                kind: EventType = WARNING if event.warning else NORMAL
                self._recorder.record(where, kind, event.reason, event.message)


def _resource(watched: WatchedStore) -> Resource:
    return SECRET_STORES if watched.metadata.namespace else CLUSTER_SECRET_STORES
