"""tmpfs mounts by mount(2) and umount2(2), called straight in the C library: no fork in a process of threads and gRPC.

Every call names its place by an open directory and a name in it, which is never followed where it is a link. Blocking;
may be called from any thread. Raises OSError; disk translates. Called by disk.

Options: https://man7.org/linux/man-pages/man5/tmpfs.5.html; `noswap` since Linux 6.4.
"""

import ctypes
import errno
import os
from collections.abc import Callable
from tempfile import TemporaryDirectory
from typing import Final, Protocol

from keyferry.mount.disk import mountinfo
from keyferry.mount.disk.folder import Folder, mount_id_of
from keyferry.mount.disk.mountinfo import Mounted

_NOSUID, _NODEV, _NOEXEC = 2, 4, 8
_DETACH, _NOFOLLOW = 2, 8
PROBE_BYTES: Final = 4096

# What says that a mount is there and broken, beside an answer: mount-utils of Kubernetes, IsCorruptedMnt.
CORRUPT: Final = frozenset(
    {errno.ENOTCONN, errno.ESTALE, errno.EIO, errno.EACCES, errno.EHOSTDOWN, errno.EWOULDBLOCK, errno.ENODEV}
)


class Kernel(Protocol):
    """Who mounts, unmounts, and tells what is mounted."""

    def mount(self, parent: Folder, name: str, *, size_bytes: int) -> None:
        """Mount an empty tmpfs on a directory. OSError where it must not be."""
        ...

    def unmount(self, parent: Folder, name: str) -> None:
        """Take away what is mounted there. What is in use loses its name now and its memory when it is let go."""
        ...

    def mounted(self, parent: Folder, name: str) -> Mounted | None:
        """Return what is mounted right there, None for nothing. FileNotFoundError where there is no such name."""
        ...


class LinuxKernel:
    """Linux. `takes_noswap` is False once the kernel has refused to keep a tmpfs out of swap."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self.takes_noswap = True

    def mount(self, parent: Folder, name: str, *, size_bytes: int) -> None:
        """Mount an empty tmpfs: mode 0755; no set-user-id, no devices, no programs; out of swap where possible."""
        options = f"size={size_bytes},mode=0755"
        with parent.held(name) as place:  # its own path leads to this very directory, and to no link
            if self.takes_noswap and self._mount(place, f"{options},noswap") != errno.EINVAL:
                return
            if self._mount(place, options) == errno.EINVAL:
                raise _error(errno.EINVAL)
            self.takes_noswap = False

    def unmount(self, parent: Folder, name: str) -> None:
        """Unmount, lazily where it is busy: who holds a file open keeps that file, and nobody finds it any more."""
        place = f"{parent.path}/{name}".encode()
        refused = self._call(self._libc.umount2, place, _NOFOLLOW)
        if refused == errno.EBUSY:
            refused = self._call(self._libc.umount2, place, _NOFOLLOW | _DETACH)
        if refused:
            raise _error(refused)

    def mounted(self, parent: Folder, name: str) -> Mounted | None:
        """Compare the mounts of the directory and of its parent, then look it up in the kernel's table."""
        with parent.held(name) as place:
            mount_id = mount_id_of(place)
            if mount_id == parent.mount_id():
                return None
            with open("/proc/self/mountinfo", encoding="utf-8", errors="surrogateescape") as lines:  # noqa: PTH123  (no path)
                return mountinfo.find(lines, mount_id) or Mounted(kind="", source="")

    def _mount(self, place: int, options: str) -> int:
        """Return 0 or EINVAL; every other refusal is raised."""
        refused = self._call(
            self._libc.mount,
            mountinfo.OURS.encode(),
            f"/proc/self/fd/{place}".encode(),
            mountinfo.TMPFS.encode(),
            ctypes.c_ulong(_NOSUID | _NODEV | _NOEXEC),
            options.encode(),
        )
        if refused not in {0, errno.EINVAL}:
            raise _error(refused)
        return refused

    @staticmethod
    def _call(function: Callable[..., int], *arguments: object) -> int:
        return ctypes.get_errno() if function(*arguments) else 0


def may_mount(kernel: Kernel) -> str:
    """Try it in a private folder of our own: "" where the process may mount a tmpfs, else why not."""
    try:
        with TemporaryDirectory(prefix="keyferry-mount-") as path, Folder.root(path) as folder:
            folder.make("probe", 0o700)
            kernel.mount(folder, "probe", size_bytes=PROBE_BYTES)
            kernel.unmount(folder, "probe")
    except (OSError, AttributeError) as refusal:
        return _reason(refusal)
    return ""


def _reason(refusal: OSError | AttributeError) -> str:
    if isinstance(refusal, AttributeError):
        return "this is no Linux"
    if refusal.errno in {errno.EPERM, errno.EACCES}:
        return "the process lacks CAP_SYS_ADMIN: run it privileged and as root"
    return refusal.strerror or type(refusal).__name__


def _error(number: int) -> OSError:
    return OSError(number, os.strerror(number))
