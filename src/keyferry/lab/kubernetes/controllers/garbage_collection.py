"""Deletes what its owners leave behind, as ownerReferences say. The rules are in `garbage`; this carries them out."""

from datetime import datetime

from keyferry.lab.kubernetes import garbage, lifecycle, objects
from keyferry.lab.kubernetes.garbage import Collect, Live, Release
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType, Key, Stored
from keyferry.lab.kubernetes.storage.store import StorageKey, Store

Place = tuple[StorageKey, Key]


class GarbageCollector:
    """Sees every change, so it knows who lives and who refers to whom."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._living: dict[str, Live] = {}
        self._dependents: dict[str, set[Place]] = {}

    def observe(self, kind: StorageKey, change: Change, now: datetime) -> None:
        """Do what `change` makes necessary."""
        place = (kind, change.stored.key)
        document = change.stored.document
        uid = objects.metadata(document).get("uid", "")
        self._forget(place, change.previous)
        if change.type is ChangeType.DELETED:
            self._living.pop(uid, None)
            for dependent in tuple(self._dependents.get(uid, ())):
                self._judge(dependent, now)
            for owner in _owners(document):
                self._advance(owner, now)
            return
        self._living[uid] = garbage.identity(document)
        for owner in _owners(document):
            self._dependents.setdefault(owner, set()).add(place)
        if _owners(document):
            self._judge(place, now)
        if lifecycle.is_ending(document):
            self._progress(place, now)

    def _forget(self, place: Place, previous: Stored | None) -> None:
        for owner in _owners(previous.document) if previous else ():
            places = self._dependents.get(owner, set())
            places.discard(place)
            if not places:
                self._dependents.pop(owner, None)

    def _judge(self, place: Place, now: datetime) -> None:
        """Delete or release the object at `place` when its owners are gone or going."""
        kind, key = place
        stored = self._store.get(kind, key)
        if stored is None or lifecycle.is_ending(stored.document):
            return
        match garbage.judge(stored.document, self._living):
            case Collect(propagation=propagation):
                lifecycle.delete(self._store, kind, stored, now, propagation)
            case Release(uids=uids):
                self._release(place, stored.document, uids)

    def _advance(self, owner: str, now: datetime) -> None:
        """Look again at an owner that may have waited for a dependent that is gone now."""
        living = self._living.get(owner)
        if living is None or not living.deleting_dependents:
            return
        for kind in self._store.kinds():
            stored = self._store.get(kind, (living.namespace, living.name))
            if stored is not None and objects.metadata(stored.document).get("uid") == owner:
                self._progress((kind, stored.key), now)

    def _progress(self, place: Place, now: datetime) -> None:
        """Bring a deletion forward that waits for dependents, or that leaves them behind."""
        kind, key = place
        owner = self._store.get(kind, key)
        if owner is None:
            return
        uid = objects.metadata(owner.document)["uid"]
        found = {at: stored for at in self._dependents.get(uid, ()) if (stored := self._store.get(*at)) is not None}
        steps = garbage.progress(owner.document, [stored.document for stored in found.values()])
        for at, stored in found.items():
            if any(stored.document is one for one in steps.delete):
                lifecycle.delete(self._store, at[0], stored, now, "Foreground")
            elif any(stored.document is one for one in steps.release):
                self._release(at, stored.document, frozenset({uid}))
        if steps.finished:
            lifecycle.put(self._store, kind, lifecycle.without_finalizer(owner.document, steps.finished))

    def _release(self, place: Place, document: Object, uids: frozenset[str]) -> None:
        lifecycle.put(self._store, place[0], objects.copy(garbage.without_owners(document, uids)))


def _owners(document: Object) -> list[str]:
    return [str(one.get("uid")) for one in objects.items(objects.metadata(document).get("ownerReferences"))]
