"""A directory held open: whatever happens to the path that led here, names are looked up in this very directory.

No symbolic link is followed, so nobody can lead a write or a removal elsewhere. Called by atomic, tree and disk;
blocking.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Self

from keyferry.model.secrets import SecretValue

_DIRECTORY: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_READ: Final = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC  # a pipe is not waited for
_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
PERMISSIONS: Final = 0o777


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile:
    """A file as it lies on the disk. `mode` is its nine permission bits."""

    content: SecretValue
    mode: int
    gid: int


class Folder:
    """One open directory. Each method is one step that a crash may come before, or in `create` also within."""

    def __init__(self, descriptor: int) -> None:
        self._fd = descriptor

    @classmethod
    def root(cls, path: str) -> Self:
        """Open a directory by its path, in which links are followed: the path is an administrator's."""
        return cls(os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.close(self._fd)

    @property
    def path(self) -> str:
        """A path that leads to this very directory while it is open: /proc/self/fd, see proc(5)."""
        return f"/proc/self/fd/{self._fd}"

    def names(self) -> list[str]:
        """Return the names in it, sorted, those that begin with dots too."""
        return sorted(os.listdir(self._fd))  # noqa: PTH208  (pathlib cannot list a descriptor)

    def has(self, name: str) -> bool:
        """Tell whether there is such a name, whatever it is, a broken mount among it."""
        try:
            with self.held(name):
                return True
        except FileNotFoundError:
            return False

    def kind(self, name: str) -> int:
        """Return the file type of a name as in `st_mode`, 0 where it does not exist."""
        try:
            return stat.S_IFMT(os.stat(name, dir_fd=self._fd, follow_symlinks=False).st_mode)
        except FileNotFoundError:
            return 0

    def child(self, name: str) -> Self:
        """Open a directory in it. NotADirectoryError for anything else, a link among it."""
        return type(self)(os.open(name, _DIRECTORY, dir_fd=self._fd))

    def make(self, name: str, mode: int) -> None:
        """Make a directory with these permissions at most."""
        os.mkdir(name, mode, dir_fd=self._fd)

    def create(self, name: str, file: StoredFile) -> None:
        """Write a new file. Nobody else may read it before it is whole, whatever the umask."""
        descriptor = os.open(name, _NEW, 0o600, dir_fd=self._fd)
        with os.fdopen(descriptor, "wb", buffering=0) as stream:
            _write_all(stream.fileno(), file.content.reveal())
            _settle(stream.fileno(), file.mode, file.gid)

    def read(self, name: str) -> StoredFile:
        """Return a file. OSError for what is none."""
        with os.fdopen(os.open(name, _READ, dir_fd=self._fd), "rb", buffering=0) as stream:
            found = os.fstat(stream.fileno())
            return StoredFile(content=SecretValue(stream.readall()), mode=found.st_mode & PERMISSIONS, gid=found.st_gid)

    def settle(self, mode: int, gid: int) -> None:
        """Give the directory itself these permissions and this group, where it has others."""
        _settle(self._fd, mode, gid)

    def link(self, name: str, to: str) -> None:
        """Make a symbolic link. FileExistsError where the name is taken."""
        os.symlink(to, name, dir_fd=self._fd)

    def linked(self, name: str) -> str:
        """Return where a symbolic link leads, "" for what is none or does not exist."""
        if not stat.S_ISLNK(self.kind(name)):
            return ""
        return os.readlink(name, dir_fd=self._fd)

    def rename(self, name: str, to: str) -> None:
        """Give a name to what has another, in one step; what had it goes, where it is no directory."""
        os.rename(name, to, src_dir_fd=self._fd, dst_dir_fd=self._fd)

    def unlink(self, name: str) -> None:
        """Remove a file or a link."""
        os.unlink(name, dir_fd=self._fd)

    def drop(self, name: str) -> None:
        """Remove an empty directory."""
        os.rmdir(name, dir_fd=self._fd)

    def mount_id(self) -> int:
        """Return the mount that the directory is on: `mnt_id` of proc(5), /proc/[pid]/fdinfo."""
        return mount_id_of(self._fd)

    @contextmanager
    def held(self, name: str) -> Iterator[int]:
        """Hold a name open without access to it, so that even a broken mount can be looked at: O_PATH of open(2)."""
        descriptor = os.open(name, os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=self._fd)
        try:
            yield descriptor
        finally:
            os.close(descriptor)


def mount_id_of(descriptor: int) -> int:
    """Return the mount that an open descriptor is on. OSError where there is no Linux /proc."""
    with open(f"/proc/self/fdinfo/{descriptor}", encoding="utf-8") as lines:  # noqa: PTH123  (no path to keep)
        return next(int(line.removeprefix("mnt_id:")) for line in lines if line.startswith("mnt_id:"))


def _write_all(descriptor: int, content: bytes) -> None:
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _settle(descriptor: int, mode: int, gid: int) -> None:
    found = os.fstat(descriptor)
    if found.st_gid != gid:
        os.fchown(descriptor, -1, gid)
    if found.st_mode & 0o7777 != mode & PERMISSIONS:
        os.fchmod(descriptor, mode & PERMISSIONS)
