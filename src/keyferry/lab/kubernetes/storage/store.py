"""All objects of the cluster, with one version number that rises by one with every write, as etcd's revision does."""

from collections.abc import Iterator

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType, Journal, Key, Stored

StorageKey = tuple[str, str]
HISTORY = 5_000


class Store:
    """Keeps objects as they are given; they must not be changed afterwards."""

    def __init__(self, history: int = HISTORY) -> None:
        self._history = history
        self._journals: dict[StorageKey, Journal] = {}
        self._pending: list[tuple[StorageKey, Change]] = []
        self.revision = 1

    def journal(self, kind: StorageKey) -> Journal:
        """Return the journal of a kind, empty at first."""
        found = self._journals.get(kind)
        if found is None:
            found = self._journals[kind] = Journal(self._history)
            found.floor = 0
        return found

    def kinds(self) -> tuple[StorageKey, ...]:
        """Return the kinds that have or had objects."""
        return tuple(self._journals)

    def get(self, kind: StorageKey, key: Key) -> Stored | None:
        """Return the object, None when there is none."""
        return self.journal(kind).current.get(key)

    def put(self, kind: StorageKey, document: Object) -> Stored:
        """Keep `document` as the object of its namespace and name; its resourceVersion is set here."""
        journal = self.journal(kind)
        self.revision += 1
        metadata = document["metadata"]
        metadata["resourceVersion"] = str(self.revision)
        stored = Stored(document, self.revision, (metadata.get("namespace") or "", metadata["name"]))
        previous = journal.current.get(stored.key)
        self._record(kind, Change(ChangeType.MODIFIED if previous else ChangeType.ADDED, stored, previous))
        return stored

    def remove(self, kind: StorageKey, key: Key) -> Stored:
        """Remove the object; the answer is its last state, with the revision of its removal."""
        previous = self.journal(kind).current[key]
        self.revision += 1
        document = previous.document
        metadata = {**document["metadata"], "resourceVersion": str(self.revision)}
        stored = Stored({**document, "metadata": metadata}, self.revision, key)
        self._record(kind, Change(ChangeType.DELETED, stored, previous))
        return stored

    def compact(self, revision: int) -> None:
        """Forget the history up to `revision`: lists and watches from before it are answered with 410."""
        for journal in self._journals.values():
            journal.compact(revision)

    def drain(self) -> Iterator[tuple[StorageKey, Change]]:
        """Yield the changes that no controller has seen yet, those made meanwhile included."""
        while self._pending:
            batch, self._pending = self._pending, []
            yield from batch

    def _record(self, kind: StorageKey, change: Change) -> None:
        self._pending.append((kind, change))
        self.journal(kind).record(change)
