"""`SecretFiles`: a folder of secrets, for the program that uses them."""

import time
from contextlib import closing
from pathlib import Path, PurePosixPath

from keyferry.files import notices, snapshot, watching
from keyferry.files.notices import Notices
from keyferry.files.snapshot import Change, Snapshot
from keyferry.files.watching import AsyncChanges, Callback, Looker, Watch


class SecretFiles:
    """The files of one mounted volume. Nothing is kept in memory: every call reads what is there now.

    May be used from any thread. With `inotify=False` the folder is looked at every second instead, for file systems
    that tell of no changes.
    """

    def __init__(self, path: str | Path, *, inotify: bool = True) -> None:
        self.path = Path(path)
        self._inotify = inotify

    def __repr__(self) -> str:
        return f"SecretFiles({str(self.path)!r})"

    def __contains__(self, name: str) -> bool:
        return name in self.names()

    def names(self) -> tuple[str, ...]:
        """Return the names, sorted: `tls/key` for a file in a folder. FileNotFoundError where nothing is mounted."""
        return snapshot.names(self.path)

    def read(self, name: str) -> bytes:
        """Return one file's bytes as they are now. FileNotFoundError where there is none; ValueError for `../x`.

        Two calls may see two versions: for a user name and its password take a `snapshot`.
        """
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or name.startswith(("/", "..")):
            raise ValueError(f"{name!r} is no name of a file in the volume")
        while True:
            version = snapshot.version_of(self.path)
            try:
                return (self.path / version / name).read_bytes()
            except FileNotFoundError:
                if snapshot.version_of(self.path) == version:
                    raise

    def text(self, name: str, encoding: str = "utf-8") -> str:
        """Return one file as text: its bytes decoded, no end of line taken away. Raises as `read`."""
        return self.read(name).decode(encoding)

    def snapshot(self) -> Snapshot:
        """Return all files of one version. FileNotFoundError where nothing is mounted."""
        return snapshot.take(self.path)

    def watch(self, callback: Callback, *, since: Snapshot | None = None) -> Watch:
        """Call back, in a thread, with each change of contents since `since` or, without it, since this call.

        Several changes that come together may be told as one; none is told twice. Close what is returned, or use it in
        a `with`.
        """
        return Watch(self.path, callback, *self._start(since))

    def changes(self, *, since: Snapshot | None = None) -> AsyncChanges:
        """Return the changes as an asynchronous iterator, counted from `since` or from this call.

        `async with secrets.changes() as changes:` and in it `async for change in changes:`; without the first line,
        `aclose` what is returned.
        """
        return AsyncChanges(self.path, *self._start(since))

    def wait(self, timeout: float | None = None, *, since: Snapshot | None = None) -> Change | None:
        """Block until something changes, counted as in `watch`. None after `timeout` seconds without a change."""
        until = None if timeout is None else time.monotonic() + timeout
        seen, told = self._start(since)
        with closing(told):
            return watching.wait(Looker(self.path, seen), told, time.monotonic, until)

    def _start(self, since: Snapshot | None) -> tuple[Snapshot, Notices]:
        """Listen first and look then, so that nothing falls between."""
        told = notices.of(self.path, inotify=self._inotify)
        try:
            return (self._now() if since is None else since), told
        except OSError:
            told.close()
            raise

    def _now(self) -> Snapshot:
        """What is there; nothing where nothing is mounted yet."""
        try:
            return self.snapshot()
        except FileNotFoundError:
            return Snapshot({})
