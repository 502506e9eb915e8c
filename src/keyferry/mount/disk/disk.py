"""One volume on the disk: made ready, written and taken away. Every call may come again, and after any crash.

Called by volumes, in a thread; one call for a volume at a time. OSError becomes a KeyferryError here; no error quotes
what a volume holds.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.model.errors import SpecError, Unavailable, foreign
from keyferry.mount.disk import atomic, tree
from keyferry.mount.disk.atomic import Changes
from keyferry.mount.disk.folder import Folder
from keyferry.mount.disk.kernel import CORRUPT, Kernel
from keyferry.mount.disk.targets import Targets, where
from keyferry.mount.state import Payload

FOLDER_MODE: Final = 0o750  # of folders made on the way, as kubelet makes its own
MAX_MOUNTS: Final = 8  # on top of each other at one target
PAGE_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """Volumes below `targets.root`, each of `size_limit_bytes`. With `is_plain` nothing is mounted for them."""

    targets: Targets
    kernel: Kernel
    size_limit_bytes: int
    is_plain: bool = False

    def exists(self, target_path: str) -> bool:
        """Tell whether there is anything at a target."""
        try:
            with _translated("find", target_path), self._parent(target_path) as (parent, name):
                return parent.has(name)
        except FileNotFoundError:
            return False

    def is_filled(self, target_path: str) -> bool:
        """Tell whether a target holds a whole set of files: an empty mount is none. Unavailable if it is broken."""
        try:
            with _translated("find", target_path), self._parent(target_path) as (parent, name):
                if not self.is_plain and self.kernel.mounted(parent, name) is None:
                    return False
                with parent.child(name) as volume:
                    return atomic.is_whole(volume)
        except FileNotFoundError:
            return False

    def prepare(self, target_path: str, *, is_published: bool = False) -> bool:
        """Make a target ready to be written: a directory, and a tmpfs on it. Tell whether it holds nothing to keep.

        A mount that holds is kept. A broken one is taken away, unless the volume `is_published`: then a pod may run on
        it, and Unavailable tells so. SpecError for a target that is none; Unavailable for what the system refuses, and
        nothing is left of a target that was new.
        """
        with _translated("prepare", target_path), self._parent(target_path, make=True) as (parent, name):
            is_new = not parent.has(name)
            if is_new:
                parent.make(name, FOLDER_MODE)
            try:
                self._ready(parent, name, is_published=is_published)
                return _is_vacant(parent, name)
            except OSError:
                if is_new:
                    self._undo(parent, name)
                raise

    def write(self, target_path: str, payload: Payload, *, group: int | None, now: datetime) -> Changes:
        """Make the payload the content of a prepared volume, and return what that changed.

        SpecError for paths that no volume may have and for more than the size limit; Unavailable for what the system
        refuses. The old content stays then. In plain directories a group that the process may not give is left out.
        """
        self._check_size(payload, target_path)
        with _translated("write", target_path), self._volume(target_path) as volume:
            return atomic.write(volume, payload.files, group=self._given(group), now=now)

    def finish(self, target_path: str, *, group: int | None) -> None:
        """Do what a process that was killed in a write has left undone. A volume that is gone is fine."""
        with suppress(FileNotFoundError), _translated("tidy", target_path), self._volume(target_path) as volume:
            atomic.finish(volume, group=self._given(group))

    def tidy(self, target_path: str) -> None:
        """Remove all versions of a volume's files but the present one. A volume that is gone is fine."""
        with suppress(FileNotFoundError), _translated("tidy", target_path), self._volume(target_path) as volume:
            atomic.tidy(volume)

    def remove(self, target_path: str) -> None:
        """Take a volume away: content, mounts, and the target itself. Nothing there is fine.

        A foreign mount is taken off its place, and nothing in it is touched.
        """
        with (
            suppress(FileNotFoundError),
            _translated("remove", target_path),
            self._parent(target_path) as (parent, name),
        ):
            self._unmount(parent, name)
            tree.remove(parent, name)

    def _ready(self, parent: Folder, name: str, *, is_published: bool) -> None:
        if not self.is_plain and self._is_mounted(parent, name, keep=is_published):
            return
        if not stat.S_ISDIR(parent.kind(name)):
            raise NotADirectoryError
        if not self.is_plain:
            self.kernel.mount(parent, name, size_bytes=self.size_limit_bytes)

    def _undo(self, parent: Folder, name: str) -> None:
        with suppress(OSError):
            self._unmount(parent, name)
        with suppress(OSError):  # it stays where something is mounted that cannot be taken away: the next call's work
            parent.drop(name)

    def _is_mounted(self, parent: Folder, name: str, *, keep: bool) -> bool:
        while found := self.kernel.mounted(parent, name):
            try:
                with parent.child(name) as volume:
                    volume.names()
            except OSError as broken:
                if keep or broken.errno not in CORRUPT:
                    raise
                self.kernel.unmount(parent, name)
                continue
            if not found.is_tmpfs:
                raise OSError(errno.EBUSY, f"something else is mounted there ({found.kind})")
            return True
        return False

    def _unmount(self, parent: Folder, name: str) -> None:
        for _ in range(MAX_MOUNTS):
            found = self.kernel.mounted(parent, name)
            if found is None:
                return
            if found.is_ours:
                with suppress(OSError), parent.child(name) as volume:  # values go even where the mount is still in use
                    tree.clear(volume)
            self.kernel.unmount(parent, name)

    def _given(self, group: int | None) -> int | None:
        """Return the group that files get, None for the process's own."""
        return None if self.is_plain and os.geteuid() != 0 and group not in os.getgroups() else group

    def _check_size(self, payload: Payload, target_path: str) -> None:
        """Two versions lie side by side during a switch, and for a moment after it."""
        pages = sum(-(-len(file.content) // PAGE_BYTES) for file in payload.files)
        if 2 * pages * PAGE_BYTES > self.size_limit_bytes:
            raise SpecError(
                what="the files of the volume are too large",
                cause=f"two versions of {pages * PAGE_BYTES} bytes do not fit into {self.size_limit_bytes}",
                remedy="deliver fewer objects in one volume, or raise --volume-size-limit of the node plugin",
                where=where(target_path),
            )

    @contextmanager
    def _volume(self, target_path: str) -> Iterator[Folder]:
        with self._parent(target_path) as (parent, name):
            if not self.is_plain and self.kernel.mounted(parent, name) is None:
                raise _unavailable("use", target_path, "its file system is not mounted (any more)")
            with parent.child(name) as volume:
                yield volume

    @contextmanager
    def _parent(self, target_path: str, *, make: bool = False) -> Iterator[tuple[Folder, str]]:
        """Walk from the root, name by name, through directories that are no links; `make` those that are missing."""
        *folders, name = self.targets.names(target_path)
        with ExitStack() as opened:
            folder = opened.enter_context(Folder.root(self.targets.root))
            for each in folders:
                if make and not folder.kind(each):
                    with suppress(FileExistsError):  # another volume of the pod was quicker
                        folder.make(each, FOLDER_MODE)
                folder = opened.enter_context(folder.child(each))
            yield folder, name


def _is_vacant(parent: Folder, name: str) -> bool:
    """Tell whether nothing lies there but what a first write leaves behind that a crash has cut short."""
    with parent.child(name) as volume:
        return all(each.startswith("..") and each != atomic.DATA for each in volume.names())


@contextmanager
def _translated(verb: str, target_path: str) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        if verb in {"find", "tidy", "remove"}:
            raise
        raise _unavailable(verb, target_path, "it is gone") from None
    except NotADirectoryError:
        raise SpecError(
            what="the target path is refused",
            cause="a name on the way is no directory, or a symbolic link",
            remedy="remove what lies there",
            where=where(target_path),
        ) from None
    except OSError as refusal:
        raise _unavailable(verb, target_path, foreign(refusal.strerror or type(refusal).__name__)) from None


def _unavailable(verb: str, target_path: str, cause: str) -> Unavailable:
    return Unavailable(
        what=f"cannot {verb} the volume",
        cause=cause,
        remedy="see the node's log; kubelet tries again",
        where=where(target_path),
    )
