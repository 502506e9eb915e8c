"""A bounded collection that lets go of what was used least recently. Pure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterator
from typing import Generic, TypeVar

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")


class Recent(Generic[K, V]):
    """At most `limit` entries; asking for one makes it the most recent."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._entries: OrderedDict[K, V] = OrderedDict()

    def __contains__(self, key: K) -> bool:
        return key in self._entries

    def __iter__(self) -> Iterator[V]:
        return iter(tuple(self._entries.values()))

    def take(self, key: K, make: Callable[[], V]) -> V:
        """Return the entry of `key`, made now if there is none."""
        if key in self._entries:
            self._entries.move_to_end(key)
            return self._entries[key]
        entry = make()
        self._entries[key] = entry
        if len(self._entries) > self._limit:
            self._entries.popitem(last=False)
        return entry

    def drop(self, is_unwanted: Callable[[K], bool]) -> None:
        """Let go of every entry whose key `is_unwanted`."""
        for key in [key for key in self._entries if is_unwanted(key)]:
            del self._entries[key]

    def clear(self) -> None:
        """Let all go."""
        self._entries.clear()
