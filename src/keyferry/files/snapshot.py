"""All files of a folder as one version of them, and what lies between two versions.

`..data` is resolved once, and the files are read below what it led to. A version is removed only after `..data` leads
to another, so if it still leads to the same one after the last file was read, the set is whole; else it is read again.
"""

import errno
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

DATA: Final = "..data"
ATTEMPTS: Final = 100
PLAIN_ATTEMPTS: Final = 3  # a plain folder promises nothing; somebody may write to it all the time


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """The names of files that came, got other bytes, and went. False when there are none."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def names(self) -> frozenset[str]:
        """All of them."""
        return self.added | self.changed | self.removed


class Snapshot(Mapping[str, bytes]):
    """The files of one version by name: `tls/key` for one in a folder. Its repr shows names, never content.

    `version` is what `..data` led to, "" for a plain folder.
    """

    __slots__ = ("_files", "version")

    def __init__(self, files: Mapping[str, bytes], *, version: str = "") -> None:
        self._files = dict(sorted(files.items()))
        self.version = version

    def __getitem__(self, name: str) -> bytes:
        return self._files[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._files)

    def __len__(self) -> int:
        return len(self._files)

    def __repr__(self) -> str:
        return f"Snapshot(version={self.version!r}, names={tuple(self._files)!r})"

    def text(self, name: str, encoding: str = "utf-8") -> str:
        """Return a file as text, without a change. KeyError for a name that is not there."""
        return self._files[name].decode(encoding)

    def change_to(self, later: "Snapshot") -> Change:
        """Return what became different until `later`, by content."""
        both = self.keys() & later.keys()
        return Change(
            added=frozenset(later.keys() - self.keys()),
            changed=frozenset(name for name in both if self[name] != later[name]),
            removed=frozenset(self.keys() - later.keys()),
        )


def take(root: Path) -> Snapshot:
    """Read one version whole. FileNotFoundError where there is no folder; OSError (EAGAIN) if it changes too fast."""
    for attempt in range(ATTEMPTS):
        mark = marked(root)
        version = version_of(root)
        try:
            found = dict(_contents(root / version))
        except (FileNotFoundError, NotADirectoryError):
            if marked(root) == mark:
                raise
            continue
        if marked(root) == mark or (not version and attempt >= PLAIN_ATTEMPTS):
            return Snapshot(found, version=version)
    raise OSError(errno.EAGAIN, "the files change faster than they can be read", str(root))


def version_of(root: Path) -> str:
    """Return the name of the present version's folder, "" where there are no versions. FileNotFoundError as `take`."""
    try:
        return str((root / DATA).readlink())
    except OSError as none:
        if none.errno not in {errno.ENOENT, errno.EINVAL}:  # the second says that it is no link
            raise
        root.stat()
        return ""


def marked(root: Path) -> object:
    """Return what is equal as long as nothing has changed: cheap, and without reading a file."""
    version = version_of(root)
    if version:
        return version
    return tuple((name, found.st_ino, found.st_size, found.st_mtime_ns) for name, found in _stats(root))


def names(root: Path) -> tuple[str, ...]:
    """Return the names of the present version's files, sorted."""
    base = root / version_of(root)
    return tuple(sorted(str(path.relative_to(base)) for path in _paths(base)))


def _contents(base: Path) -> Iterator[tuple[str, bytes]]:
    for path in _paths(base):
        yield path.relative_to(base).as_posix(), path.read_bytes()


def _stats(base: Path) -> Iterator[tuple[str, os.stat_result]]:
    for path in _paths(base):
        yield str(path), path.stat()


def _paths(folder: Path) -> Iterator[Path]:
    """Files below, in their order. Links to folders are not gone through; names that begin with two dots are none."""
    for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
        if entry.name.startswith(".."):
            continue
        if entry.is_dir(follow_symlinks=False):
            yield from _paths(Path(entry.path))
        elif entry.is_file():
            yield Path(entry.path)
