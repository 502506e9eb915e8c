"""Which PushSecrets a change in the cluster wakes, and which stores a PushSecret wakes."""

from collections.abc import Callable, Hashable, Iterable
from typing import Final

from keyferry.kube.controller.loop import Controller
from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, ObjectMeta
from keyferry.sync.push.observe import NAMESPACE_INDEX, Caches, Observer
from keyferry.sync.push.state import SourceVersion, WatchedPushSecret
from keyferry.sync.state import WatchedStore
from keyferry.sync.stores.holding import Holder
from keyferry.sync.template_sources import Source, TemplateSources

SOURCE_INDEX: Final = "source"  # by the Secret that it names
SELECTOR_INDEX: Final = "selector"  # by namespace, where it chooses Secrets by label
STORE_INDEX: Final = "store"  # by each store that it names or has pushed to
TEMPLATE_INDEX: Final = "template"  # by kind and key of what holds its templates
CHOOSING_INDEX: Final = "choosing"  # by namespace, where it chooses stores by label


def empty_pushes() -> Store[WatchedPushSecret]:
    """Return a cache of PushSecrets with the indexes by which wakes and holders ask."""
    return Store(
        {
            SOURCE_INDEX: _source,
            SELECTOR_INDEX: _selector,
            STORE_INDEX: _stores,
            TEMPLATE_INDEX: _templates,
            CHOOSING_INDEX: _choosing,
        }
    )


def caches(pushes: Store[WatchedPushSecret], stores: Store[WatchedStore]) -> Caches:
    """Return the caches of a process, that of the sources empty."""
    return Caches(pushes=pushes, sources=Store({NAMESPACE_INDEX: _namespace}), stores=stores)


def holders(pushes: Store[WatchedPushSecret], store: WatchedStore) -> Iterable[Holder]:
    """Return what holding must know of the PushSecrets that may need a store."""
    key = store.metadata.key
    concerned = pushes.indexed(STORE_INDEX, key) | pushes.indexed(CHOOSING_INDEX, key.namespace)
    found = (pushes.get(push) for push in concerned)
    return (push.outline.holder for push in found if push is not None)


class Wakes:
    """Lets every change wake whom it concerns, and nobody else."""

    def __init__(
        self, caches: Caches, observer: Observer, pushes: Controller, check_store: Callable[[Key], None]
    ) -> None:
        """`check_store` lets a store be looked at: whether it must stay may have changed."""
        self._caches = caches
        self._observer = observer
        self._pushes = pushes
        self._check_store = check_store

    def connect(self) -> None:
        """Listen to every cache from now on."""
        self._caches.pushes.subscribe(self._on_push)
        self._caches.sources.subscribe(self._on_source)
        self._caches.stores.subscribe(self._on_store)

    def on_store(self, store: Key, namespace: str | None, *, is_edit: bool) -> None:
        """Wake who names a store that was made, edited or mended, in one namespace or in all."""
        for key in self._caches.pushes.indexed(STORE_INDEX, store) | self._choosing(store):
            if namespace is None or key.namespace == namespace:
                if is_edit:
                    self._observer.mark(key)
                self._pushes.enqueue(key)

    def follow(self, templates: TemplateSources) -> None:
        """Have what holds templates watched as soon as one is named, and wake who names one that changed."""

        def on_push(_key: Key, _old: WatchedPushSecret | None, new: WatchedPushSecret | None) -> None:
            for source in new.outline.templates if new else ():
                templates.need(source)

        def on_template(source: Source) -> None:
            for key in self._caches.pushes.indexed(TEMPLATE_INDEX, source):
                self._observer.mark(key)
                self._pushes.enqueue(key)

        self._caches.pushes.subscribe(on_push)
        templates.on_change(on_template)

    def _on_push(self, key: Key, old: WatchedPushSecret | None, new: WatchedPushSecret | None) -> None:
        if new is None or old is None or _is_respecified(old.metadata, new.metadata):
            self._pushes.enqueue(key)
        before = old.outline.holder if old else Holder(deletes=False)
        after = new.outline.holder if new else Holder(deletes=False)
        if before != after:
            for store in before.stores | after.stores | self._chosen(before) | self._chosen(after):
                self._check_store(store)

    def _on_source(self, key: Key, old: SourceVersion | None, new: SourceVersion | None) -> None:
        pushes = self._caches.pushes
        for push in pushes.indexed(SOURCE_INDEX, key):
            self._pushes.enqueue(push)
        for push in pushes.indexed(SELECTOR_INDEX, key.namespace):
            found = pushes.get(push)
            selector = None if found is None else found.outline.selector
            if selector is not None and any(each is not None and selector.fits(each.labels) for each in (old, new)):
                self._pushes.enqueue(push)

    def _on_store(self, key: Key, old: WatchedStore | None, new: WatchedStore | None) -> None:
        """A store's labels may bring it to a PushSecret, or take it away."""
        if old is None or new is None:
            for push in self._choosing(key):
                self._pushes.enqueue(push)
        elif old.metadata.labels != new.metadata.labels:
            for push in self._choosing(key):
                self._observer.mark(push)  # it may go to the same stores, and with other entries
                self._pushes.enqueue(push)

    def _choosing(self, store: Key) -> frozenset[Key]:
        return self._caches.pushes.indexed(CHOOSING_INDEX, store.namespace)

    def _chosen(self, holder: Holder) -> frozenset[Key]:
        return frozenset(
            key
            for key in self._caches.stores
            for selection in holder.selections
            if selection.namespace == key.namespace
        )


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


def _source(key: Key, push: WatchedPushSecret) -> Iterable[Hashable]:
    return (Key(namespace=key.namespace, name=push.outline.secret),) if push.outline.secret else ()


def _selector(key: Key, push: WatchedPushSecret) -> Iterable[Hashable]:
    return () if push.outline.selector is None else (key.namespace,)


def _stores(_key: Key, push: WatchedPushSecret) -> Iterable[Hashable]:
    return push.outline.holder.stores


def _templates(_key: Key, push: WatchedPushSecret) -> Iterable[Hashable]:
    return push.outline.templates


def _choosing(_key: Key, push: WatchedPushSecret) -> Iterable[Hashable]:
    return (selection.namespace for selection in push.outline.holder.selections)


def _namespace(key: Key, _source: SourceVersion) -> Iterable[Hashable]:
    return (key.namespace,)
