"""The logs of a node's containers: files that processes print into, and answers to those who want to read them."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Final

from keyferry.lab.kubernetes.kubelet import layout, log_lines
from keyferry.lab.kubernetes.kubelets import LogQuery
from keyferry.lab.world.http import Response, Streaming

_TEXT: Final = (("Content-Type", "text/plain"),)
_MAX_LINE_BYTES: Final = 16 * 1024  # after so much a line is broken, as container runtimes do
Key = tuple[str, str]  # the pod's UID and the container's name


class Logs:
    """All logs of a node, below its root folder. `now` is the lab's clock."""

    def __init__(self, root: Path, now: Callable[[], datetime]) -> None:
        self._root = root
        self._now = now
        self._open: set[Key] = set()
        self._followers: dict[Key, set[Callable[[], None]]] = {}

    def open(self, uid: str, container: str) -> "Writer":
        """Begin a container's log; that of its former run becomes the previous one."""
        path = self._path(uid, container)
        if path.exists():
            path.replace(path.with_suffix(layout.PREVIOUS))
        path.touch(mode=0o640)
        self._open.add((uid, container))
        return Writer(path, self._now, lambda: self._wake((uid, container)), lambda: self._close((uid, container)))

    def answer(self, query: LogQuery) -> Response | Streaming:
        """Answer with a container's log as text; one that prints nothing has an empty one."""
        path = self._path(query.uid, query.container)
        path = path.with_suffix(layout.PREVIOUS) if query.previous else path
        log = path.read_bytes() if path.exists() else b""
        key = (query.uid, query.container)
        if not query.follow or key not in self._open:
            return Response(status=200, headers=_TEXT, body=log_lines.chosen(log, query))
        reader = _Following(path, query, log, is_open=lambda: key in self._open)
        return Streaming(read=reader.read, subscribe=lambda wake: self._subscribe(key, wake), headers=_TEXT)

    def _path(self, uid: str, container: str) -> Path:
        return self._root / layout.log(uid, container)

    def _subscribe(self, key: Key, wake: Callable[[], None]) -> Callable[[], None]:
        self._followers.setdefault(key, set()).add(wake)
        return lambda: self._followers.get(key, set()).discard(wake)

    def _wake(self, key: Key) -> None:
        for wake in tuple(self._followers.get(key, ())):
            wake()

    def _close(self, key: Key) -> None:
        self._open.discard(key)
        self._wake(key)
        self._followers.pop(key, None)


class Writer:
    """What one run of a container prints."""

    def __init__(
        self, path: Path, now: Callable[[], datetime], written: Callable[[], None], closed: Callable[[], None]
    ) -> None:
        self._file = path.open("ab", buffering=0)
        self._now = now
        self._written = written
        self._closed = closed
        self._rest = b""

    def write(self, printed: bytes) -> None:
        """Add what was printed; a line is written once it is whole."""
        whole, end, self._rest = (self._rest + printed).rpartition(b"\n")
        if len(self._rest) > _MAX_LINE_BYTES:
            whole, end, self._rest = whole + end + self._rest, b"\n", b""
        if end:
            self._file.write(log_lines.stamped(whole + end, self._now()))
            self._written()

    def close(self) -> None:
        """End the log, with a last line that has no end."""
        if self._rest:
            self.write(b"\n")
        self._file.close()
        self._closed()


class _Following:
    """Somebody who reads a log while it grows."""

    def __init__(self, path: Path, query: LogQuery, log: bytes, *, is_open: Callable[[], bool]) -> None:
        self._path = path
        self._query = query
        self._first = log_lines.chosen(log, query)
        self._offset = len(log)
        self._is_open = is_open

    def read(self, _now: datetime) -> bytes | None:
        """Return what is new, None once the container has ended and all is read."""
        first, self._first = self._first, b""
        was_open = self._is_open()
        text = first + log_lines.shown(self._fresh().splitlines(keepends=True), self._query)
        return text if text or was_open else None

    def _fresh(self) -> bytes:
        if not self._path.exists():  # the pod is gone
            return b""
        with self._path.open("rb") as file:
            file.seek(self._offset)
            fresh = file.read()
        self._offset += len(fresh)
        return fresh
