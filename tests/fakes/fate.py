"""What goes wrong, and when: the n-th step from now fails once, or everything fails from then on, as after a crash."""

import asyncio
import errno
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError, Throttled, Unavailable
from keyferry.mount.disk.folder import Folder
from keyferry.mount.disk.kernel import LinuxKernel
from keyferry.mount.disk.mountinfo import Mounted

FAILURES: Final[dict[str, KeyferryError]] = {
    "unavailable": Unavailable(what="it is down"),
    "throttled": Throttled(what="it asks for fewer requests", retry_after=timedelta(seconds=3)),
    "grant": GrantError(what="it says no"),
    "absent": NotFound(what="it has none"),
    "spec": SpecError(what="it is written wrongly"),
}
CRASH: Final = "crash"
BUG: Final = "bug"


class Crashed(BaseException):
    """The process has ended here: nothing of it may go on."""


class BugError(Exception):
    """No error that anybody foresaw."""


@dataclass(slots=True)
class Fate:
    """`kind` is one of FAILURES, BUG or CRASH; it comes at the step for which `left` is 0. `left` below 0: never."""

    left: int = -1
    kind: str = ""
    is_dead: bool = False

    def plan(self, kind: str, after: int) -> None:
        self.kind, self.left = kind, after

    def heal(self) -> None:
        self.left, self.is_dead = -1, False

    def step(self) -> None:
        """Raise what is due."""
        if self.is_dead:
            raise Crashed
        self.left -= 1
        if self.left != -1:
            return
        if self.kind == CRASH:
            self.is_dead = True
            raise Crashed
        if self.kind == BUG:
            raise BugError
        raise FAILURES[self.kind]

    def strike(self) -> bool:
        """The same for whoever has another way to fail: tell whether now is the time. A crash is raised here too."""
        try:
            self.step()
        except (KeyferryError, BugError):
            return True
        return False

    async def step_and_rest(self, turns: int = 3) -> None:
        """A step of something that takes a while; others go on meanwhile."""
        self.step()
        for _ in range(turns):
            await asyncio.sleep(0)
        self.step()


class FatedKernel(LinuxKernel):
    """The machine's own, while fate lets it."""

    def __init__(self, fate: Fate) -> None:
        super().__init__()
        self._fate = fate

    def mount(self, parent: Folder, name: str, *, size_bytes: int) -> None:
        self._check(errno.ENOMEM)
        super().mount(parent, name, size_bytes=size_bytes)
        self._fate.strike()  # it is mounted, and the process may end here

    def unmount(self, parent: Folder, name: str) -> None:
        self._check(errno.EBUSY)
        super().unmount(parent, name)

    def mounted(self, parent: Folder, name: str) -> Mounted | None:
        self._check(errno.ENFILE)
        return super().mounted(parent, name)

    def _check(self, number: int) -> None:
        if self._fate.strike():
            raise OSError(number, "fate")
