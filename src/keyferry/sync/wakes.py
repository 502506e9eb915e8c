"""Which ExternalSecrets a change in the cluster wakes. Called by run, once for each watched kind."""

from typing import Final

from keyferry.kube.controller.loop import Controller
from keyferry.kube.controller.queue import NEW, REFRESH
from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretRef
from keyferry.sync import plan
from keyferry.sync.observe import Caches, Observer
from keyferry.sync.state import LiveSecret, WatchedExternalSecret
from keyferry.sync.stores.wakes import StoreWakes
from keyferry.sync.template_sources import Source, TemplateSources
from keyferry.vault.events.hints import Hint

CHANGED: Final = (NEW + REFRESH) // 2  # what changed in a vault goes before refreshes, and new objects before it
TEMPLATE_INDEX: Final = "template"
TARGET_INDEX: Final = "target"
STORE_INDEX: Final = "store"
CLUSTER_STORE_INDEX: Final = "cluster-store"


class Wakes:
    """Lets every change wake whom it concerns, and nobody else."""

    def __init__(self, caches: Caches, observer: Observer, externals: Controller, stores: StoreWakes) -> None:
        """`stores` tells of what becomes of stores."""
        self._caches = caches
        self._observer = observer
        self._externals = externals
        self._stores = stores
        self._sources: TemplateSources | None = None

    def connect(self) -> None:
        """Listen to every cache from now on."""
        self._caches.externals.subscribe(self._on_external)
        self._caches.secrets.subscribe(self._on_secret)
        self._stores.subscribe(self._on_store)

    def follow(self, sources: TemplateSources) -> None:
        """Have the sources of templates watched as soon as one is named, and wake who names one that changed."""
        self._sources = sources
        sources.on_change(self._on_source)

    def on_change(self, identity: Identity, ref: SecretRef) -> None:
        """Wake whose values may have changed with `ref`, as the vault library saw it."""
        for key in self._observer.consumers.wake(identity, ref):
            self._externals.enqueue(key, priority=CHANGED)

    def on_hint(self, hint: Hint) -> None:
        """Wake who names the object of an event and was at rest since before this process began."""
        for key in self._observer.expectations.heard(hint.vault, hint.kind, hint.name):
            self._observer.consumers.mark(key)
            self._externals.enqueue(key, priority=CHANGED)

    def _on_external(self, key: Key, old: WatchedExternalSecret | None, new: WatchedExternalSecret | None) -> None:
        if new is not None and self._sources is not None:
            for source in new.templates:
                self._sources.need(source)
        if old is None and new is not None and new.status.refresh_time is not None:
            self._externals.enqueue(key, priority=REFRESH)  # there when this process began, and right the last time
        elif new is None or old is None or _is_respecified(old.metadata, new.metadata):
            self._externals.enqueue(key)

    def _on_source(self, source: Source) -> None:
        for external in self._caches.externals.indexed(TEMPLATE_INDEX, source):
            self._observer.consumers.mark(external)
            self._externals.enqueue(external, priority=CHANGED)

    def _on_secret(self, key: Key, _old: LiveSecret | None, new: LiveSecret | None) -> None:
        """An intact Secret needs nobody: most of these changes are our own writes coming back."""
        if new is None or not plan.is_intact(new):
            for external in self._caches.externals.indexed(TARGET_INDEX, key):
                self._externals.enqueue(external)

    def _on_store(self, store: Key, namespace: str | None, *, is_edit: bool) -> None:
        """An edit may name another vault or identity, so what was read before it is read again."""
        externals = self._caches.externals
        if namespace is None:
            users = externals.indexed(STORE_INDEX, store)
        else:
            users = externals.indexed(CLUSTER_STORE_INDEX, Key(namespace=namespace, name=store.name))
        for external in users:
            if is_edit:
                self._observer.consumers.mark(external)
            self._externals.enqueue(external, priority=self._priority(external))

    def _priority(self, external: Key) -> int:
        """Who has nothing yet goes before a thousand others that have something."""
        known = self._caches.externals.get(external)
        return NEW if known is None or known.status.refresh_time is None else CHANGED


def _is_respecified(old: ObjectMeta, new: ObjectMeta) -> bool:
    """What upstream looks at too: a change of the status alone wakes nobody."""
    return (old.uid, old.generation, old.labels, old.annotations, old.finalizers, old.deletion_timestamp) != (
        new.uid,
        new.generation,
        new.labels,
        new.annotations,
        new.finalizers,
        new.deletion_timestamp,
    )
