"""A set of files below one open directory: read, written and removed whole, links never followed.

Called by atomic and disk; blocking.
"""

import errno
import os
import stat
from collections.abc import Iterator, Mapping
from typing import Final

from keyferry.mount.disk.folder import Folder, StoredFile

FOLDER_MODE: Final = 0o755  # what every user in the pod may enter; kubelet's own volumes have it so, too
_PRIVATE: Final = 0o700


def read(folder: Folder) -> dict[str, StoredFile] | None:
    """Return every file below by its relative path.

    None where anything but files and directories lies there, or a file whose mode keeps out its owner (never root).
    """
    try:
        return dict(_read(folder))
    except (_OddError, PermissionError):
        return None


def write(folder: Folder, files: Mapping[str, StoredFile], *, gid: int) -> None:
    """Write the files into an empty directory. Directories get `FOLDER_MODE` and the group, its own included."""
    below: dict[str, dict[str, StoredFile]] = {}
    for path, file in files.items():
        name, _, rest = path.partition("/")
        if rest:
            below.setdefault(name, {})[rest] = file
        else:
            folder.create(name, file)
    for name, inner in below.items():
        folder.make(name, _PRIVATE)
        with folder.child(name) as child:
            write(child, inner, gid=gid)
    folder.settle(FOLDER_MODE, gid)


def remove(folder: Folder, name: str) -> None:
    """Remove a name and all below it; what is gone already is fine. A mount below is an error, never gone through."""
    kind = folder.kind(name)
    if stat.S_ISDIR(kind):
        with folder.child(name) as child:
            if child.mount_id() != folder.mount_id():
                raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))
            clear(child)
        folder.drop(name)
    elif kind:
        folder.unlink(name)


def clear(folder: Folder) -> None:
    """Remove everything in a directory."""
    for name in folder.names():
        remove(folder, name)


class _OddError(Exception):
    """Something lies there that a version never holds."""


def _read(folder: Folder) -> Iterator[tuple[str, StoredFile]]:
    for name in folder.names():
        kind = folder.kind(name)
        if stat.S_ISREG(kind):
            yield name, folder.read(name)
        elif stat.S_ISDIR(kind):
            with folder.child(name) as child:
                for path, file in _read(child):
                    yield f"{name}/{path}", file
        else:
            raise _OddError
