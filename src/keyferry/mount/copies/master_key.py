"""The key of the last good copies: in this process's memory, or in a file in memory that outlives the process.

A file is used only where it cannot reach a disk: on tmpfs or ramfs, by the kernel's own word. Called by mount.run;
blocking.
"""

import ctypes
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import structlog

from keyferry.model.secrets import SecretValue
from keyferry.mount.copies.sealing import KEY_BYTES

IN_MEMORY: Final = frozenset({0x01021994, 0x858458F6})  # TMPFS_MAGIC, RAMFS_MAGIC: statfs(2)
_STATFS_BYTES: Final = 512  # more than any architecture's struct statfs

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class MasterKey:
    """The key, and whether it was made now: then nothing that was sealed before can be opened."""

    value: SecretValue
    is_new: bool


def load(path: Path | None) -> MasterKey:
    """Return the key in `path`, made when it is not there; a key of this process alone where the file cannot be used.

    Cannot be used: a file on a disk, of another owner, open to others, a link, or not of the key's length. It is left
    as it is, and said.
    """
    if path is None:
        return _fresh()
    try:
        return _kept(path)
    except OSError as failure:
        log.warning("last_good.key_in_memory_only", path=str(path), cause=failure.strerror or type(failure).__name__)
        return _fresh()


def _fresh() -> MasterKey:
    return MasterKey(value=SecretValue(os.urandom(KEY_BYTES)), is_new=True)


def _kept(path: Path) -> MasterKey:
    """Link a whole new file into its place where there is none: of two processes one wins, and both use its key."""
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        _check_in_memory(folder)
    finally:
        os.close(folder)
    made = _fresh()
    try:
        return MasterKey(value=_read(path), is_new=False)
    except FileNotFoundError:
        is_ours = _put(path, made.value)
    return made if is_ours else MasterKey(value=_read(path), is_new=False)


def _put(path: Path, key: SecretValue) -> bool:
    """Tell whether `key` is now in `path`; mkstemp makes files of mode 0600, and exclusively."""
    opened, beside = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    try:
        with os.fdopen(opened, "wb") as file:
            file.write(key.reveal())
        os.link(beside, path)
    except FileExistsError:
        return False
    finally:
        Path(beside).unlink()
    return True


def _read(path: Path) -> SecretValue:
    opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(opened, "rb") as file:
        _check_in_memory(opened)
        _check_private(os.fstat(opened))
        key = file.read(KEY_BYTES + 1)
    if len(key) != KEY_BYTES:
        raise OSError(None, "it holds no key")
    return SecretValue(key)


def _check_private(found: os.stat_result) -> None:
    if not stat.S_ISREG(found.st_mode) or found.st_uid != os.geteuid() or stat.S_IMODE(found.st_mode) & 0o077:
        raise OSError(None, "it is not a private file of this process's user")


def _check_in_memory(opened: int) -> None:
    """Ask statfs(2), which Python's statvfs does not tell: `f_type` is the structure's first word."""
    told = ctypes.create_string_buffer(_STATFS_BYTES)
    if ctypes.CDLL(None, use_errno=True).fstatfs(opened, told) != 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    if ctypes.c_long.from_buffer(told).value not in IN_MEMORY:
        raise OSError(None, "it is not on tmpfs")
