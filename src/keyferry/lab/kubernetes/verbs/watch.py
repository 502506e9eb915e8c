"""watch: changes as they happen, from any version that is still in the history.

The stream is a cursor into the kind's journal: nothing is queued for a watcher, and an event is encoded once for all.
Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from datetime import datetime, timedelta

from keyferry.lab.kubernetes import objects, status, warnings
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.requests import options
from keyferry.lab.kubernetes.requests.negotiation import Form
from keyferry.lab.kubernetes.requests.options import ListOptions
from keyferry.lab.kubernetes.storage.journal import Change, ChangeType, Stored
from keyferry.lab.kubernetes.tables import render
from keyferry.lab.kubernetes.verbs import presentation, read
from keyferry.lab.kubernetes.verbs.call import Call
from keyferry.lab.world.http import Streaming

BOOKMARK_EVERY = timedelta(minutes=1)
DEFAULT_TIMEOUT = timedelta(minutes=30)
INITIAL_EVENTS_END = "k8s.io/initial-events-end"


def watch(call: Call) -> Streaming:
    """Answer with the stream of changes that the request asks for."""
    form = read.accepted(call)
    asked = options.for_list(call.request, watch=True)
    if asked.resource_version is not None and asked.resource_version > call.store.revision:
        raise status.future_version(asked.resource_version, call.store.revision)
    stream = Stream(call, asked, form)
    warned = tuple(warnings.headers(call.warnings))
    return Streaming(
        read=stream.read,
        subscribe=call.journal.subscribe,
        deadline=stream.ends,
        headers=(("Content-Type", "application/json"), *warned),
    )


class Stream:
    """One watcher's place in the journal."""

    def __init__(self, call: Call, asked: ListOptions, form: Form) -> None:
        timeout = timedelta(seconds=asked.timeout_seconds) if asked.timeout_seconds else DEFAULT_TIMEOUT
        self.ends = call.now + timeout
        self._call = call
        self._form = form
        self._selector = read.selector(call, asked)
        self._bookmarks = asked.bookmarks
        self._bookmark_at = call.now + BOOKMARK_EVERY
        self._headed = False
        self._over = False
        self._gone = b""
        self._pending: list[bytes] = []
        self._position = self._start(asked)

    def read(self, now: datetime) -> bytes | None:
        """Return the events since the last call, b"" for none; None when the watch is over."""
        if self._over:
            return None
        if self._gone:
            self._over = True
            return self._gone
        lines, self._pending = self._pending, []
        changes = self._call.journal.changes(self._position)
        if changes is None:
            self._over = True
            lines.append(_gone(self._call.journal.floor))
        else:
            self._position += len(changes)
            lines += [line for change in changes if (line := self._line(change, now)) is not None]
        if self._bookmarks and not self._over and now >= self._bookmark_at:
            self._bookmark_at = now + BOOKMARK_EVERY
            lines.append(self._bookmark({}))
        if now >= self.ends:
            self._over = True
        return b"".join(lines) or (None if self._over else b"")

    def _start(self, asked: ListOptions) -> int:
        journal, revision = self._call.journal, asked.resource_version
        if revision and not asked.send_initial_events:
            if revision < journal.floor:
                self._gone = _gone(journal.floor, revision)
                return 0
            return journal.position(revision)
        now = self._call.now
        wanted = asked.send_initial_events or not self._call.request.parameter("sendInitialEvents")
        for stored in read.select(self._call, self._call.store.revision, self._selector) if wanted else ():
            self._pending.append(self._event(ChangeType.ADDED, stored, now))
        if asked.send_initial_events and asked.bookmarks:
            self._pending.append(self._bookmark({INITIAL_EVENTS_END: "true"}))
        return journal.position(self._call.store.revision)

    def _line(self, change: Change, now: datetime) -> bytes | None:
        namespace = self._call.route.namespace
        if namespace and change.stored.key[0] != namespace:
            return None
        if self._selector is None:
            return self._event(change.type, change.stored, now)
        view = self._call.resource.view
        before = change.previous is not None and self._selector(view(change.previous.document))
        after = change.type is not ChangeType.DELETED and self._selector(view(change.stored.document))
        if after:
            return self._event(ChangeType.MODIFIED if before else ChangeType.ADDED, change.stored, now)
        return self._event(ChangeType.DELETED, _last_seen(change), now) if before else None

    def _event(self, type_: ChangeType, stored: Stored, now: datetime) -> bytes:
        if self._form.shape == "table":
            return _framed(type_, self._rows(stored.document, now))
        key = (type_, self._form.shape, self._call.resource.group, self._call.resource.version)
        found = stored.forms.get(key)
        if found is None:
            whole = self._form.shape == "whole"
            body = presentation.whole(stored, self._call.resource) if whole else presentation.partial(stored)
            found = stored.forms[key] = _framed(type_, body)
        return found

    def _rows(self, document: Object, now: datetime) -> bytes:
        rows = render.table(self._call.resource, [document], now, self._form.include_object)
        rows["metadata"] = {"resourceVersion": document["metadata"]["resourceVersion"]}
        if self._headed:
            rows["columnDefinitions"] = None
        self._headed = True
        return objects.encode(rows)

    def _bookmark(self, annotations: Object) -> bytes:
        metadata: Object = {"resourceVersion": str(self._call.store.revision), "creationTimestamp": None}
        if annotations:
            metadata["annotations"] = annotations
        resource = self._call.resource
        match self._form.shape:
            case "table":
                body = render.table(resource, [], self._call.now, self._form.include_object) | {"metadata": metadata}
            case "partial":
                version = presentation.PARTIAL_VERSION
                body = {"kind": "PartialObjectMetadata", "apiVersion": version, "metadata": metadata}
            case _:
                body = {"kind": resource.kind, "apiVersion": resource.group_version, "metadata": metadata}
        return _framed("BOOKMARK", objects.encode(body))


def _framed(type_: str, body: bytes) -> bytes:
    return b'{"type":"' + type_.encode() + b'","object":' + body + b"}\n"


def _gone(floor: int, asked: int | None = None) -> bytes:
    refusal = status.expired(f"too old resource version: {asked if asked is not None else floor - 1} ({floor})")
    return _framed("ERROR", objects.encode(refusal.document()))


def _last_seen(change: Change) -> Stored:
    """Return the object as the watcher knew it, at the revision of the change that took it out of sight."""
    assert change.previous is not None
    if change.type is ChangeType.DELETED:
        return change.stored
    document = change.previous.document
    metadata = {**document["metadata"], "resourceVersion": str(change.stored.revision)}
    return Stored({**document, "metadata": metadata}, change.stored.revision, change.stored.key)
