"""Which objects a change in the cluster wakes: their own, that of a child, that of a namespace that they mean."""

from collections.abc import Callable

from keyferry.kube.wire.objects import Key, ObjectMeta, PartialObject
from keyferry.model.errors import SpecError
from keyferry.sync.fanout.child import owner_name
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.observe import CHILD_NAME_INDEX, C, Caches, Observer, leftovers
from keyferry.sync.fanout.state import WatchedFanout


class Wakes:
    """Lets every change wake whom it concerns, and nobody else. `wake` is told the key."""

    def __init__(self, kind: Kind, caches: "Caches[C]", observer: "Observer[C]", wake: Callable[[Key], None]) -> None:
        self._kind = kind
        self._caches = caches
        self._observer = observer
        self._wake = wake

    def connect(self) -> None:
        """Listen to every cache from now on, and wake for what is in them already."""
        self._caches.fanouts.subscribe(self._on_fanout)
        self._caches.children.subscribe(self._on_child)
        self._caches.namespaces.subscribe(self._on_namespace)

    def _on_fanout(self, key: Key, old: WatchedFanout | None, new: WatchedFanout | None) -> None:
        if old is None or new is None or _is_respecified(old.metadata, new.metadata):
            self._wake(key)

    def _on_child(self, key: Key, old: "C | None", new: "C | None") -> None:
        """A child that its owner's pass wrote comes back as a change: it costs a second pass that writes nothing."""
        if old is not None and new is not None and not _is_respecified(old.metadata, new.metadata):
            return
        for child in (old, new):
            name = "" if child is None else owner_name(child, self._kind)
            if name:
                self._wake(Key(name=name))
        if old is None or new is None:
            for waiting in self._caches.fanouts.indexed(CHILD_NAME_INDEX, key.name):
                if self._means(waiting, key.namespace):
                    self._wake(waiting)

    def _on_namespace(self, _key: Key, old: PartialObject | None, new: PartialObject | None) -> None:
        present = new or old
        if present is None or (old is not None and new is not None and not _is_relabelled(old.metadata, new.metadata)):
            return
        for key, watched in ((key, self._caches.fanouts.get(key)) for key in self._caches.fanouts):
            if watched is not None and self._concerns(watched, old, new):
                self._wake(key)
        for name in leftovers(self._kind, present):
            self._wake(Key(name=name))

    def _means(self, key: Key, namespace: str) -> bool:
        watched = self._caches.fanouts.get(key)
        present = self._caches.namespaces.get(Key(name=namespace))
        return watched is not None and present is not None and self._concerns(watched, None, present)

    def _concerns(self, watched: WatchedFanout, old: PartialObject | None, new: PartialObject | None) -> bool:
        wanted = self._observer.wanted(watched)
        if isinstance(wanted, SpecError):
            return False
        return any(wanted.wants(each.metadata.name, each.metadata.labels) for each in (old, new) if each is not None)


def _is_respecified(old: ObjectMeta, new: ObjectMeta) -> bool:
    """A change of the status alone wakes nobody."""
    return _marks(old) != _marks(new)


def _marks(metadata: ObjectMeta) -> tuple[object, ...]:
    return (
        metadata.uid,
        metadata.generation,
        metadata.labels,
        metadata.annotations,
        metadata.owner_references,
        metadata.finalizers,
        metadata.deletion_timestamp,
    )


def _is_relabelled(old: ObjectMeta, new: ObjectMeta) -> bool:
    """Annotations of a namespace concern nobody here, and change often."""
    before = (old.uid, old.labels, old.finalizers, old.deletion_timestamp)
    return before != (new.uid, new.labels, new.finalizers, new.deletion_timestamp)
