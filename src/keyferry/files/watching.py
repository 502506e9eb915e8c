"""A thread that looks whenever it is told to, and says once what has changed. Called by secret_files."""

import asyncio
import logging
from collections.abc import Callable
from pathlib import Path
from threading import Event, Lock, Thread, current_thread
from typing import Final, Self

from keyferry.files import snapshot
from keyferry.files.notices import Notices
from keyferry.files.snapshot import Change, Snapshot

Callback = Callable[[Change], object]

LOG: Final = logging.getLogger("keyferry.files")


class Looker:
    """Compares a folder with what was seen of it last. For one thread."""

    def __init__(self, root: Path, since: Snapshot) -> None:
        self._root = root
        self._seen = since
        self._mark: object = None

    def look(self) -> Change:
        """Return what has changed since the last look. A folder that is gone, or may not be read, is no change."""
        try:
            mark = snapshot.marked(self._root)
            if mark == self._mark:
                return Change()
            found = snapshot.take(self._root)
        except OSError as refusal:
            LOG.debug("%s cannot be read: %s", self._root, refusal.strerror)
            return Change()
        change = self._seen.change_to(found)
        self._seen, self._mark = found, mark
        return change


class Watch:
    """Calls back for every change until it is closed; a context manager. What callbacks raise is logged by its type."""

    def __init__(self, root: Path, callback: Callback, since: Snapshot, told: Notices) -> None:
        self._looker = Looker(root, since)
        self._callback = callback
        self._told: Notices | None = told
        self._lock = Lock()  # nobody wakes what is given back already
        self._closed = Event()
        self._thread = Thread(target=self._run, name=f"watch {root}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End it, and wait for a callback under way; from within a callback, do not wait. May be called again."""
        self._closed.set()
        with self._lock:
            if self._told is not None:
                self._told.wake()
        if current_thread() is not self._thread:
            self._thread.join()

    def _run(self) -> None:
        told = self._told
        assert told is not None
        try:
            while not self._closed.is_set():
                change = self._looker.look()
                if change:
                    self._call(change)
                told.wait(0 if self._closed.is_set() else None)
        finally:
            with self._lock:
                self._told = None
                told.close()

    def _call(self, change: Change) -> None:
        try:
            self._callback(change)
        except Exception as error:  # noqa: BLE001  (an application's fault must not end the watch; its text may hold values)
            LOG.error("the callback for %s failed with %s", sorted(change.names), type(error).__name__)  # noqa: TRY400


class AsyncChanges:
    """Changes, one after the other, for `async for`, until `aclose`."""

    def __init__(self, root: Path, since: Snapshot, told: Notices) -> None:
        self._loop = asyncio.get_running_loop()
        self._queue: asyncio.Queue[Change | None] = asyncio.Queue()
        self._watch = Watch(root, self._hand_over, since, told)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> Change:
        change = await self._queue.get()
        if change is None:
            raise StopAsyncIteration
        return change

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        """End it; whoever iterates leaves the loop."""
        await asyncio.to_thread(self._watch.close)
        self._queue.put_nowait(None)

    def _hand_over(self, change: Change) -> None:
        self._loop.call_soon_threadsafe(self._queue.put_nowait, change)


def wait(looker: Looker, told: Notices, clock: Callable[[], float], until: float | None) -> Change | None:
    """Return the next change, None where there is none until then on the clock (seconds)."""
    while not (change := looker.look()):
        rest = None if until is None else until - clock()
        if rest is not None and rest <= 0:
            return None
        told.wait(rest)
    return change
