"""The objects of one kind, now and in the recent past.

A list at an older version and a watch from an older version are both read from the changes kept here, so neither needs
a copy of anything. What happened before `floor` is forgotten.
"""

from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from keyferry.lab.kubernetes.objects import Object

Key = tuple[str, str]  # namespace, name


class ChangeType(StrEnum):
    """What a change did to the object, in the words of watch events."""

    ADDED = "ADDED"
    MODIFIED = "MODIFIED"
    DELETED = "DELETED"


@dataclass(slots=True, eq=False)
class Stored:
    """One version of one object. `forms` keeps what has been made of it (views, encodings), so it is made once."""

    document: Object
    revision: int
    key: Key
    forms: dict[tuple[str, ...], bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Change:
    """One write. `stored` is the object after it (for a deletion: its last state at the deletion's revision)."""

    type: ChangeType
    stored: Stored
    previous: Stored | None


class Journal:
    """Current objects of one kind, and the last `limit` to 2 × `limit` changes of them."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._changes: list[Change] = []
        self._revisions: list[int] = []
        self._dropped = 0
        self.floor = 0
        self.current: dict[Key, Stored] = {}
        self._wakers: set[Callable[[], None]] = set()

    def record(self, change: Change) -> None:
        """Take over a change that the store numbered, and wake whoever subscribed."""
        if change.type is ChangeType.DELETED:
            del self.current[change.stored.key]
        else:
            self.current[change.stored.key] = change.stored
        self._changes.append(change)
        self._revisions.append(change.stored.revision)
        if len(self._changes) >= 2 * self._limit:
            self._forget(self._limit)
        for wake in tuple(self._wakers):
            wake()

    def compact(self, revision: int) -> None:
        """Forget every change up to `revision`, as etcd does with age."""
        self._forget(bisect_right(self._revisions, revision))
        self.floor = max(self.floor, revision)

    def position(self, revision: int) -> int:
        """Return where the changes after `revision` begin, for `changes`."""
        return self._dropped + bisect_right(self._revisions, revision)

    def changes(self, position: int) -> list[Change] | None:
        """Return the changes from `position` on, None when some of them are forgotten."""
        return None if position < self._dropped else self._changes[position - self._dropped :]

    def at(self, revision: int) -> dict[Key, Stored]:
        """Return the objects as they were at `revision`, which must not lie before `floor`."""
        later = self._changes[bisect_right(self._revisions, revision) :]
        if not later:
            return self.current
        then = dict(self.current)
        for change in reversed(later):
            if change.previous is None:
                del then[change.stored.key]
            else:
                then[change.stored.key] = change.previous
        return then

    def subscribe(self, wake: Callable[[], None]) -> Callable[[], None]:
        """Call `wake` after every change, until the returned function is called."""
        self._wakers.add(wake)
        return lambda: self._wakers.discard(wake)

    def _forget(self, count: int) -> None:
        if count:
            self.floor = self._revisions[count - 1]
            del self._changes[:count]
            del self._revisions[:count]
            self._dropped += count
