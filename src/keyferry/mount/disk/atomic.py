"""A volume's files change all at once: a reader sees the old set or the new one, never a mix, whenever a crash comes.

The layout is that of kubelet's own volumes and of the Secrets Store CSI driver, so programs that read those read these:

    ..2026_03_01_12_00_00.123456789/   one version of the whole set
    ..data -> ..2026_03_01_12_00_00.123456789
    db-password -> ..data/db-password  one link for each name at the top

A write goes through these steps (Kubernetes 1.36 switches before it links, and so does this:
https://github.com/kubernetes/kubernetes/blob/master/pkg/volume/util/atomic_writer.go):

1. look at the version that `..data` leads to, and remove what an earlier crash has left
2. where content, modes or group differ: write a new version beside it
3. switch: rename a new link over `..data`, which is one step for every reader
4. give every name its link, and take away names that are no longer wanted

The version before stays until `tidy`, so that who has just resolved `..data` finds all of its files. Nothing is
fsynced: a tmpfs has no disk; on a plain directory a power failure ends the pods as well, and the publish before their
next start compares every byte.

Called by disk; blocking. One call for a volume at a time.
"""

import os
import re
import secrets
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.mount.disk import tree
from keyferry.mount.disk.folder import PERMISSIONS, Folder, StoredFile
from keyferry.mount.state import MountedFile
from keyferry.spec import mount_paths

DATA: Final = "..data"
MAX_DEPTH: Final = 64
GROUP_READ: Final = 0o440  # what kubelet adds to the files of a read-only volume for fsGroup
_NEXT_DATA: Final = "..data_tmp"
_NEXT_LINK: Final = "..link_tmp"
_REPLACED: Final = "..replaced"
_VERSION: Final = re.compile(r"\.\.\d{4}(?:_\d\d){5}\.\d+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The paths that a write has added, given other bytes, mode or group, and removed. False when there are none."""

    added: frozenset[str] = frozenset()
    changed: frozenset[str] = frozenset()
    removed: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.added or self.changed or self.removed)

    @property
    def paths(self) -> tuple[str, ...]:
        """All of them, sorted."""
        return tuple(sorted(self.added | self.changed | self.removed))


def write(volume: Folder, files: Sequence[MountedFile], *, group: int | None, now: datetime) -> Changes:
    """Make these the volume's files, and return what that changed.

    With a `group` (fsGroup) everything gets it, and files the modes of `GROUP_READ` beside their own. SpecError for
    paths that no volume may have, before anything is done. OSError where the disk refuses: the old set stays.
    """
    _check(files)
    gid = os.getegid() if group is None else group
    wanted = {file.path: _stored(file, gid, has_group=group is not None) for file in files}
    current = _current(volume)
    found = _read(volume, current)
    _sweep(volume, keep=current)  # (1)
    if found != wanted:
        _switch(volume, _written(volume, wanted, gid=gid, now=now))  # (2, 3)
    _link(volume, {path.partition("/")[0] for path in wanted})  # (4)
    volume.settle(tree.FOLDER_MODE, gid)
    return _changes(found or {}, wanted)


def is_whole(volume: Folder) -> bool:
    """Tell whether the volume has been written to its end, by us or in the same layout."""
    return bool(_current(volume))


def finish(volume: Folder, *, group: int | None) -> None:
    """Do what a crash after the switch has left undone: the links of the present version, and the folder's own mode.

    Names that the version does not have stay: they are for the next write, which knows whether they are wanted.
    """
    current = _current(volume)
    if not current:
        return
    _sweep(volume, keep=current)
    with volume.child(current) as version:
        _link_all(volume, version.names())
    volume.settle(tree.FOLDER_MODE, os.getegid() if group is None else group)


def tidy(volume: Folder) -> None:
    """Remove every version but the present one, and what a crash has left."""
    _sweep(volume, keep=_current(volume))


def _check(files: Sequence[MountedFile]) -> None:
    paths = [file.path for file in files]
    problem = mount_paths.problem_of_paths(paths)
    if not problem and any(path.count("/") >= MAX_DEPTH for path in paths):
        problem = f"a path has more than {MAX_DEPTH} names"
    if problem:
        raise SpecError(
            what="the files of the volume are refused",
            cause=problem,
            remedy="give the objects of the SecretProviderClass other names or aliases",
        )


def _stored(file: MountedFile, gid: int, *, has_group: bool) -> StoredFile:
    mode = (file.mode | GROUP_READ) if has_group else file.mode
    return StoredFile(content=file.content, mode=mode & PERMISSIONS, gid=gid)


def _current(volume: Folder) -> str:
    """The version that `..data` leads to; "" where it leads to none of ours."""
    name = volume.linked(DATA)
    return name if _VERSION.fullmatch(name) and volume.kind(name) else ""


def _read(volume: Folder, version: str) -> dict[str, StoredFile] | None:
    if not version:
        return None
    with volume.child(version) as folder:
        return tree.read(folder)


def _sweep(volume: Folder, *, keep: str) -> None:
    """Remove what no link leads to. `..data` itself stays where it is a link: a rename takes its place."""
    kept = {keep, DATA} if volume.linked(DATA) else {keep}
    for name in volume.names():
        if name.startswith("..") and name not in kept:
            tree.remove(volume, name)


def _written(volume: Folder, files: Mapping[str, StoredFile], *, gid: int, now: datetime) -> str:
    name = f"..{now:%Y_%m_%d_%H_%M_%S}.{secrets.randbelow(10**9):09d}"
    volume.make(name, 0o700)
    try:
        with volume.child(name) as folder:
            tree.write(folder, files, gid=gid)
    except OSError:
        with suppress(OSError):  # the next write tries again
            tree.remove(volume, name)
        raise
    return name


def _switch(volume: Folder, version: str) -> None:
    volume.link(_NEXT_DATA, version)
    volume.rename(_NEXT_DATA, DATA)


def _link(volume: Folder, wanted: Iterable[str]) -> None:
    names = set(wanted)
    _link_all(volume, names)
    for name in volume.names():
        if not name.startswith("..") and name not in names:
            tree.remove(volume, name)


def _link_all(volume: Folder, names: Iterable[str]) -> None:
    for name in sorted(names):
        if volume.linked(name) != f"{DATA}/{name}":
            _relink(volume, name)


def _relink(volume: Folder, name: str) -> None:
    """Put the link in the place of what older providers wrote. Only a directory leaves the name empty for a moment."""
    volume.link(_NEXT_LINK, f"{DATA}/{name}")
    try:
        volume.rename(_NEXT_LINK, name)
    except IsADirectoryError:
        volume.rename(name, _REPLACED)
        volume.rename(_NEXT_LINK, name)
        tree.remove(volume, _REPLACED)


def _changes(found: Mapping[str, StoredFile], wanted: Mapping[str, StoredFile]) -> Changes:
    both = found.keys() & wanted.keys()
    return Changes(
        added=frozenset(wanted.keys() - found.keys()),
        changed=frozenset(path for path in both if found[path] != wanted[path]),
        removed=frozenset(found.keys() - wanted.keys()),
    )
