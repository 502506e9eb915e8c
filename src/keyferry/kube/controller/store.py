"""What a reflector has seen, by key, with named indexes. Called by `kube.watch`; read by reconcilers."""

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from typing import Generic, TypeVar

from keyferry.kube.wire.objects import Key

T = TypeVar("T")

Index = Callable[[Key, T], Iterable[Hashable]]
Subscriber = Callable[[Key, T | None, T | None], None]
_Entries = dict[Hashable, Key | set[Key]]  # mostly one: a set would take eight times the room


class Store(Generic[T]):
    """The latest state of every object, as one sink. Not thread-safe; no call blocks.

    An object that does not decode is kept as a problem and not as an object: `get` gives None and `problem` says why,
    so a reconciler asks `problem` before it takes None for a deletion.
    """

    def __init__(self, indexes: Mapping[str, Index[T]] | None = None) -> None:
        self._functions = dict(indexes or {})
        self._objects: dict[Key, T] = {}
        self._problems: dict[Key, str] = {}
        self._entries: dict[str, _Entries] = {name: {} for name in self._functions}
        self._subscribers: list[Subscriber[T]] = []
        self.has_synced = False

    def get(self, key: Key) -> T | None:
        """Return the object, or None when there is none that decodes."""
        return self._objects.get(key)

    def problem(self, key: Key) -> str:
        """Return why the object at `key` does not decode, "" when it does or does not exist."""
        return self._problems.get(key, "")

    def keys(self) -> tuple[Key, ...]:
        """Return the keys of all objects, those that do not decode last."""
        return (*self._objects, *self._problems)

    def values(self) -> tuple[T, ...]:
        """Return the objects that decode."""
        return tuple(self._objects.values())

    def indexed(self, index: str, value: Hashable) -> frozenset[Key]:
        """Return the keys for which the index function `index` gave `value`."""
        found = self._entries[index].get(value, ())
        return frozenset((found,) if isinstance(found, Key) else found)

    def subscribe(self, subscriber: Subscriber[T]) -> Callable[[], None]:
        """Call `subscriber(key, old, new)` after each change; what is returned ends that.

        None stands for "there is no object that decodes": a new problem is announced with `new` None as well.
        """
        self._subscribers.append(subscriber)
        return lambda: self._subscribers.remove(subscriber)

    def __len__(self) -> int:
        return len(self._objects)

    def __iter__(self) -> Iterator[Key]:
        return iter(self.keys())

    def __contains__(self, key: object) -> bool:
        return key in self._objects or key in self._problems

    def applied(self, key: Key, value: T) -> None:
        """Keep `value` as the state of `key`. Where it is the very object that is there, nothing has changed."""
        if self._objects.get(key) is not value:
            self._put(key, value, "")

    def deleted(self, key: Key) -> None:
        """Forget `key`. Nothing happens when it is unknown."""
        if key in self:
            self._put(key, None, "")

    def undecodable(self, key: Key, problem: str) -> None:
        """Keep why `key` has no object."""
        self._put(key, None, problem or "the object does not decode")

    def synced(self) -> None:
        """Note that everything that exists has been seen once."""
        self.has_synced = True

    def _put(self, key: Key, value: T | None, problem: str) -> None:
        old = self._objects.get(key)
        for entries, before, after in self._terms(key, old, value):
            _reindex(entries, key, before, after)
        if value is not None:
            self._objects[key] = value
        elif old is not None:
            del self._objects[key]
        self._problems.pop(key, None)
        if problem:
            self._problems[key] = problem
        for subscriber in tuple(self._subscribers):
            subscriber(key, old, value)

    def _terms(self, key: Key, old: T | None, new: T | None) -> list[tuple[_Entries, set[Hashable], set[Hashable]]]:
        """Return the indexes whose terms change, with the old and the new ones, all before any index changes."""
        changed = []
        for name, function in self._functions.items():
            before = () if old is None else function(key, old)
            after = () if new is None else function(key, new)
            if before != after:  # mostly they are equal: what changes most often is a status
                changed.append((self._entries[name], set(before), set(after)))
        return changed


def _reindex(entries: _Entries, key: Key, before: set[Hashable], after: set[Hashable]) -> None:
    for term in before - after:
        held = entries[term]
        if isinstance(held, Key) or held == {key}:
            del entries[term]
        else:
            held.discard(key)
    for term in after - before:
        held = entries.setdefault(term, key)
        if not isinstance(held, Key):
            held.add(key)
        elif held != key:
            entries[term] = {held, key}
