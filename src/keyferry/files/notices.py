"""Waiting until something may have happened in a folder: by inotify(7) on Linux, by looking now and then elsewhere.

A notice is no proof: who gets one looks. So it does no harm that notices come too often, or late where a file system
gives none (network file systems, some sandboxes).
"""

import ctypes
import os
import select
import sys
from contextlib import suppress
from pathlib import Path
from threading import Event
from typing import Final, Protocol

LOOK_SECONDS: Final = 1.0  # between two looks without inotify
ALSO_LOOK_SECONDS: Final = 30.0  # with it: for file systems that tell nothing, and folders within plain folders

_NONBLOCK_CLOEXEC: Final = os.O_NONBLOCK | getattr(os, "O_CLOEXEC", 0) if hasattr(os, "O_NONBLOCK") else 0
_MODIFIED_WHOLE, _MOVED_FROM, _MOVED_TO, _CREATED, _DELETED = 0x8, 0x40, 0x80, 0x100, 0x200
_ONLY_FOLDERS: Final = 0x01000000
_EVENTS: Final = _MODIFIED_WHOLE | _MOVED_FROM | _MOVED_TO | _CREATED | _DELETED | _ONLY_FOLDERS
_BUFFER_BYTES: Final = 64 * 1024


class Notices(Protocol):
    """Tells when to look."""

    def wait(self, seconds: float | None = None) -> None:
        """Return when something may have happened, when it is time to look anyway, or after `close`."""
        ...

    def wake(self) -> None:
        """Let whoever waits return, now or at the next wait. Any thread may call."""
        ...

    def close(self) -> None:
        """Give everything back; nobody may wait any more."""
        ...


def of(folder: Path, *, inotify: bool = True) -> Notices:
    """Return notices of a folder, by inotify where the system has it to give."""
    if inotify and sys.platform == "linux":
        with suppress(OSError, AttributeError):  # no inotify in this C library, or the user's limit is reached
            return Inotify(folder)
    return Looks()


class Looks:
    """Every second."""

    def __init__(self) -> None:
        self._woken = Event()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for the next look."""
        self._woken.wait(LOOK_SECONDS if seconds is None else min(seconds, LOOK_SECONDS))
        self._woken.clear()

    def wake(self) -> None:
        """End the wait."""
        self._woken.set()

    def close(self) -> None:
        """Nothing is held."""


class Inotify:
    """The kernel's events of one folder. The folder may be gone and come again. OSError where there is no inotify."""

    def __init__(self, folder: Path) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._path = os.fsencode(folder)
        self._events = self._libc.inotify_init1(_NONBLOCK_CLOEXEC)
        if self._events < 0:
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number))
        self._wakes, self._waker = os.pipe2(_NONBLOCK_CLOEXEC) if sys.platform == "linux" else os.pipe()
        self._watch()

    def wait(self, seconds: float | None = None) -> None:
        """Wait for an event."""
        longest = ALSO_LOOK_SECONDS if self._watch() else LOOK_SECONDS
        ready = select.poll()
        ready.register(self._events, select.POLLIN)
        ready.register(self._wakes, select.POLLIN)
        ready.poll((longest if seconds is None else min(seconds, longest)) * 1000)
        for descriptor in (self._events, self._wakes):
            with suppress(BlockingIOError):
                os.read(descriptor, _BUFFER_BYTES)

    def wake(self) -> None:
        """End the wait."""
        with suppress(BlockingIOError):  # it is full of wakes
            os.write(self._waker, b"!")

    def close(self) -> None:
        """Close the descriptors."""
        for descriptor in (self._events, self._wakes, self._waker):
            os.close(descriptor)

    def _watch(self) -> bool:
        """Watch whatever folder is there now; the same one again changes nothing. False where there is none."""
        return bool(self._libc.inotify_add_watch(self._events, self._path, _EVENTS) >= 0)
