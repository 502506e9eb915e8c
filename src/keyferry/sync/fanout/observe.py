"""What the caches hold for one object: itself, the namespaces, its children. Reads nothing else, decides nothing."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final, Generic, TypeVar

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.model.errors import SpecError
from keyferry.spec import fanout
from keyferry.spec.fanout import Fanout
from keyferry.sync.fanout import wire
from keyferry.sync.fanout.child import owner_name
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.state import Child, Snapshot, WatchedFanout

C = TypeVar("C", bound=Child)

CHILD_NAME_INDEX: Final = "child-name"
LAG: Final = timedelta(seconds=5)  # after which a child that was created and is not seen is taken for gone again


@dataclass(frozen=True, slots=True, kw_only=True)
class Caches(Generic[C]):
    """What the watches keep. `fanouts` has the index `CHILD_NAME_INDEX`."""

    fanouts: Store[WatchedFanout]
    namespaces: Store[PartialObject]
    children: Store[C]


class Owned(Generic[C]):
    """Which children each object owns: kept as the cache of children changes, so that nobody goes through it."""

    def __init__(self, kind: Kind, children: Store[C]) -> None:
        self._kind = kind
        self._keys: dict[str, set[Key]] = {}
        for child in children.values():
            self._note(child.metadata.key, None, child)
        children.subscribe(self._note)

    def of(self, name: str) -> frozenset[Key]:
        """Return the keys of the children of the object called so."""
        return frozenset(self._keys.get(name, ()))

    def _note(self, key: Key, old: C | None, new: C | None) -> None:
        before = "" if old is None else owner_name(old, self._kind)
        after = "" if new is None else owner_name(new, self._kind)
        if before and before != after:
            self._keys[before].discard(key)
            if not self._keys[before]:
                del self._keys[before]
        if after:
            self._keys.setdefault(after, set()).add(key)


class Observer(Generic[C]):
    """Answers what is, for one kind in one operator process."""

    def __init__(self, kind: Kind, caches: Caches[C]) -> None:
        self._kind = kind
        self._caches = caches
        self._owned = Owned(kind, caches.children)
        self._parsed: dict[Key, tuple[WatchedFanout, Fanout | SpecError]] = {}
        self._made: dict[Key, datetime] = {}  # children that were created a moment ago

    @property
    def is_ready(self) -> bool:
        """Whether the objects that exist are all known: none may be taken for gone before."""
        return self._caches.fanouts.has_synced

    def keys(self) -> tuple[Key, ...]:
        """Return the keys to look at: of the objects, and of those that left nothing but finalizers on namespaces."""
        names = {name for each in self.namespaces() for name in leftovers(self._kind, each)}
        return tuple({*self._caches.fanouts, *(Key(name=name) for name in names)})

    def watched(self, key: Key) -> WatchedFanout | None:
        """Return an object by key; None when it is gone, and then nothing of it is kept."""
        found = self._caches.fanouts.get(key)
        if found is None:
            self._parsed.pop(key, None)
        return found

    def is_gone(self, key: Key) -> bool:
        """Tell whether there is no such object; one that cannot be read is there."""
        return key not in self._caches.fanouts

    def wanted(self, watched: WatchedFanout) -> Fanout | SpecError:
        """Return what it asks for, or what is wrong with it; parsed again only after an edit."""
        before, parsed = self._parsed.get(watched.metadata.key, (None, None))
        if parsed is None or before is None or not _asks_the_same(before, watched):
            try:
                parsed = fanout.parse(self._kind.spec, wire.document(self._kind.spec, watched))
            except SpecError as problem:
                parsed = problem
            self._parsed[watched.metadata.key] = (watched, parsed)
        return parsed

    def snapshot(self, watched: WatchedFanout, wanted: Fanout | SpecError, now: datetime) -> Snapshot:
        """Return what the caches hold for it."""
        name = watched.child_name if isinstance(wanted, SpecError) else wanted.child_name
        namespaces = self.namespaces()
        keys = (Key(namespace=each.metadata.name, name=name) for each in namespaces)
        present = {key.namespace: child for key in keys if (child := self._caches.children.get(key)) is not None}
        owned = sorted(self._owned.of(watched.metadata.name))
        return Snapshot(
            watched=watched,
            namespaces=namespaces,
            children=tuple(child for key in owned if (child := self._caches.children.get(key)) is not None),
            present=present,
            made=self._made_lately(name, now),
        )

    def namespaces(self) -> tuple[PartialObject, ...]:
        """Return all namespaces."""
        return self._caches.namespaces.values()

    def note_made(self, key: Key, now: datetime) -> None:
        """Remember that a child was created, until the watch tells it too."""
        self._made[key] = now

    def note_patched(self, seen: Child, stored: C) -> None:
        """Keep a child as it was just stored, unless the watch has told anything since it was seen."""
        key = seen.metadata.key
        known = self._caches.children.get(key)
        if known is not None and known.metadata.resource_version == seen.metadata.resource_version:
            self._caches.children.applied(key, stored)

    def _made_lately(self, name: str, now: datetime) -> frozenset[str]:
        for key, at in tuple(self._made.items()):
            if key in self._caches.children or not timedelta(0) <= now - at < LAG:
                del self._made[key]
        return frozenset(key.namespace for key in self._made if key.name == name)


def _asks_the_same(old: WatchedFanout, new: WatchedFanout) -> bool:
    return (old.metadata.uid, old.metadata.annotations, old.spec) == (
        new.metadata.uid,
        new.metadata.annotations,
        new.spec,
    )


def leftovers(kind: Kind, namespace: PartialObject) -> tuple[str, ...]:
    """Return the names of the objects for which upstream's operator put a finalizer on a namespace."""
    prefix = kind.namespace_finalizer
    marked = (each for each in namespace.metadata.finalizers if prefix and each.startswith(prefix))
    return tuple(each.removeprefix(prefix) for each in marked)


def child_name_index() -> dict[str, Callable[[Key, WatchedFanout], Iterable[Hashable]]]:
    """Return the index by which the wanted name of a child leads to the objects that want it."""
    return {CHILD_NAME_INDEX: lambda _, found: (found.child_name,)}
