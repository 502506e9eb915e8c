"""A container's program as a process of this machine, with its output in a file. It never outlives the lab."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

CHILD: Final = Path(__file__).with_name("child.py")


class Process:
    """A running process, the first of a session of its own."""

    def __init__(self, running: asyncio.subprocess.Process) -> None:
        self._running = running

    @classmethod
    async def start(cls, words: Sequence[str], environment: Mapping[str, str], *, folder: Path, log: Path) -> "Process":
        """Start the program of `words` in `folder`; what it says is appended to `log`."""
        with log.open("ab") as output:
            running = await asyncio.create_subprocess_exec(
                sys.executable,
                "-I",
                "-S",
                str(CHILD),
                str(folder),
                *words,
                env=dict(environment),
                stdin=asyncio.subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
        return cls(running)

    async def wait(self) -> int:
        """Return the exit code as a shell gives it: 128 and the signal where one ended it."""
        code = await self._running.wait()
        self._signal(signal.SIGKILL)  # what it left behind of its session
        return 128 - code if code < 0 else code

    async def stop(self, grace_seconds: float) -> None:
        """Send SIGTERM, and SIGKILL once the time is over."""
        self._signal(signal.SIGTERM if grace_seconds > 0 else signal.SIGKILL)
        try:
            async with asyncio.timeout(grace_seconds):
                await self._running.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._running.pid, number)
        except (ProcessLookupError, PermissionError):  # it has ended already
            return
