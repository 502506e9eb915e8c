"""Which ExternalSecrets a change in the cluster wakes. Called by run, once for each watched kind."""

from collections.abc import Iterable
from typing import Final

from keyferry.kube.controller.loop import Controller
from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretRef
from keyferry.sync import plan
from keyferry.sync.observe import Caches, Observer
from keyferry.sync.state import LiveSecret, WatchedExternalSecret, WatchedStore
from keyferry.sync.stores.directory import Directory
from keyferry.vault.events.hints import Hint

TARGET_INDEX: Final = "target"
STORE_INDEX: Final = "store"
CLUSTER_STORE_INDEX: Final = "cluster-store"
ACCOUNT_INDEX: Final = "account"


class Wakes:
    """Lets every change wake whom it concerns, and nobody else."""

    def __init__(
        self, caches: Caches, directory: Directory, observer: Observer, externals: Controller, stores: Controller
    ) -> None:
        self._caches = caches
        self._directory = directory
        self._observer = observer
        self._externals = externals
        self._stores = stores

    def connect(self) -> None:
        """Listen to every cache from now on."""
        self._caches.externals.subscribe(self._on_external)
        self._caches.secrets.subscribe(self._on_secret)
        self._caches.stores.subscribe(self._on_store)
        self._caches.accounts.subscribe(self._on_account)
        self._caches.namespaces.subscribe(self._on_namespace)

    def on_change(self, identity: Identity, ref: SecretRef) -> None:
        """Wake whose values may have changed with `ref`, as the vault library saw it."""
        for key in self._observer.consumers.wake(identity, ref):
            self._externals.enqueue(key)

    def on_hint(self, hint: Hint) -> None:
        """Wake who names the object of an event and was at rest since before this process began."""
        for key in self._observer.expectations.heard(hint.vault, hint.kind, hint.name):
            self._observer.consumers.mark(key)
            self._externals.enqueue(key)

    def _on_external(self, key: Key, old: WatchedExternalSecret | None, new: WatchedExternalSecret | None) -> None:
        if new is None or old is None or _is_respecified(old.metadata, new.metadata):
            self._externals.enqueue(key)

    def _on_secret(self, key: Key, _old: LiveSecret | None, new: LiveSecret | None) -> None:
        """An intact Secret needs nobody: most of these changes are our own writes coming back."""
        if new is None or not plan.is_intact(new):
            for external in self._caches.externals.indexed(TARGET_INDEX, key):
                self._externals.enqueue(external)

    def _on_store(self, key: Key, old: WatchedStore | None, new: WatchedStore | None) -> None:
        if old is None or new is None or _is_redefined(old.metadata, new.metadata):
            self._wake_store(key, is_edit=old is not None and new is not None)
        elif _is_respecified(old.metadata, new.metadata):
            self._stores.enqueue(key)  # who holds it may differ, and what it says to its users does not

    def _on_account(self, key: Key, old: PartialObject | None, new: PartialObject | None) -> None:
        if old is not None and new is not None and old.metadata.annotations == new.metadata.annotations:
            return
        is_edit = old is not None and new is not None
        for store in self._caches.stores.indexed(ACCOUNT_INDEX, key):
            self._wake_store(store, is_edit=is_edit)
        for store in self._caches.stores.indexed(ACCOUNT_INDEX, Key(name=key.name)):
            self._wake_users(store, key.namespace, is_edit=is_edit)

    def _on_namespace(self, key: Key, old: PartialObject | None, new: PartialObject | None) -> None:
        if not self._caches.namespaces.has_synced:
            return  # nobody has been told anything yet
        before, after = (each.metadata.labels if each is not None else {} for each in (old, new))
        for store in self._directory.turning(key.name, before, after):
            self._wake_users(store, key.name, is_edit=True)
        if new is None:
            self._directory.left(key.name)

    def _wake_store(self, store: Key, *, is_edit: bool) -> None:
        """What was refused before may be granted now, so nobody waits for an old refusal to be forgotten.

        An edit may name another vault or identity, so what was read before it is read again.
        """
        self._observer.forget_refusals(store)
        self._stores.enqueue(store)
        self._wake_all(self._caches.externals.indexed(STORE_INDEX, store), is_edit=is_edit)

    def _wake_users(self, store: Key, namespace: str, *, is_edit: bool) -> None:
        """Something has changed for those of one namespace that use a ClusterSecretStore; the others are at rest."""
        self._observer.forget_refusals(store, namespace)
        users = self._caches.externals.indexed(CLUSTER_STORE_INDEX, Key(namespace=namespace, name=store.name))
        self._wake_all(users, is_edit=is_edit)

    def _wake_all(self, externals: Iterable[Key], *, is_edit: bool) -> None:
        for external in externals:
            if is_edit:
                self._observer.consumers.mark(external)
            self._externals.enqueue(external)


def _is_redefined(old: ObjectMeta, new: ObjectMeta) -> bool:
    """What a store's users read of it: its finalizers and labels are between it and others."""
    return (old.uid, old.generation, old.annotations) != (new.uid, new.generation, new.annotations)


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
