"""A control loop: which owners need a look, and when again.

An owner is looked at when it changes, when an object that it controls changes, or when its reconciler asked for it.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Protocol

from keyferry.lab.kubernetes import objects
from keyferry.lab.kubernetes.admission.errands import WaitingError
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import ownership
from keyferry.lab.kubernetes.status import StatusError
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType, Key
from keyferry.lab.kubernetes.storage.store import StorageKey, Store

RETRY = timedelta(seconds=5)
_AT_ONCE = timedelta(microseconds=1)  # when the clock has moved


class Reconciler(Protocol):
    """Brings one owner nearer to what its specification says."""

    def sync(self, owner: Object, dependents: list[Object], now: datetime) -> datetime | None:
        """Do what is next; return when to look again even if nothing changes.

        StatusError: look again soon. WaitingError: look again as soon as a webhook has answered.
        """
        ...


class Loop:
    """Calls `reconciler` for owners of `kind`, with the objects of `dependents` that each of them controls."""

    def __init__(
        self,
        store: Store,
        reconciler: Reconciler,
        *,
        kind: StorageKey,
        dependents: StorageKey,
        everywhere: StorageKey | None = None,
    ) -> None:
        """`everywhere` is a kind whose changes concern every owner."""
        self._store = store
        self._reconciler = reconciler
        self._kind = kind
        self._dependents = dependents
        self._everywhere = everywhere
        self._due: set[Key] = set()
        self._later: dict[Key, datetime] = {}
        self._controlled: dict[str, set[Key]] = {}

    def observe(self, kind: StorageKey, change: Change, _now: datetime) -> None:
        """Note what `change` makes necessary."""
        if kind == self._kind:
            self._due.add(change.stored.key)
        elif kind == self._dependents:
            self._observe_dependent(change)
        elif kind == self._everywhere:
            self._due |= self._store.journal(self._kind).current.keys()

    def settle(self, now: datetime) -> bool:
        """Look at the owners that are due; tell whether there were any."""
        self._due |= {key for key, at in self._later.items() if at <= now}
        due, self._due = sorted(self._due), set()
        for key in due:
            self._later.pop(key, None)
            found = self._store.get(self._kind, key)
            if found is not None and (again := self._sync(found.document, now)) is not None:
                self._later[key] = again
        return bool(due)

    def _sync(self, owner: Object, now: datetime) -> datetime | None:
        try:
            return self._reconciler.sync(owner, list(self._dependents_of(owner)), now)
        except WaitingError:
            return now + _AT_ONCE
        except StatusError:
            return now + RETRY

    def _dependents_of(self, owner: Object) -> Iterator[Object]:
        for key in sorted(self._controlled.get(objects.metadata(owner)["uid"], ())):
            found = self._store.get(self._dependents, key)
            if found is not None:
                yield found.document

    def _observe_dependent(self, change: Change) -> None:
        key = change.stored.key
        former = ownership.controller_of(change.previous.document) if change.previous else None
        if former is not None:
            self._controlled[former["uid"]].discard(key)
            self._due.add((key[0], former["name"]))
        present = ownership.controller_of(change.stored.document)
        if present is not None and change.type is not ChangeType.DELETED:
            self._controlled.setdefault(present["uid"], set()).add(key)
            self._due.add((key[0], present["name"]))
