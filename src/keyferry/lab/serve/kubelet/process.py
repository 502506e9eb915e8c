"""A container's program as a process of this machine, with its output in a file. It never outlives the lab."""

import asyncio
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from keyferry.lab.serve.kubelet.logs import Writer

CHILD: Final = Path(__file__).with_name("child.py")
_CHUNK_BYTES: Final = 64 * 1024


class Process:
    """A running process, the first of a session of its own."""

    def __init__(self, running: asyncio.subprocess.Process, log: Writer) -> None:
        self._running = running
        self._log = log
        self._printing = asyncio.create_task(self._print())

    @classmethod
    async def start(
        cls, words: Sequence[str], environment: Mapping[str, str], *, folder: Path, log: Writer
    ) -> "Process":
        """Start the program of `words` in `folder`; what it prints goes to `log`, which is closed at its end."""
        running = await asyncio.create_subprocess_exec(
            sys.executable,
            "-I",
            "-S",
            str(CHILD),
            str(folder),
            *words,
            env=dict(environment),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
            start_new_session=True,
        )
        return cls(running, log)

    async def wait(self) -> int:
        """Return the exit code as a shell gives it: 128 and the signal where one ended it."""
        code = await self._running.wait()
        self._signal(signal.SIGKILL)  # what it left behind of its session
        await self._printing
        return 128 - code if code < 0 else code

    async def stop(self, grace_seconds: float) -> None:
        """Send SIGTERM, and SIGKILL once the time is over."""
        self._signal(signal.SIGTERM if grace_seconds > 0 else signal.SIGKILL)
        try:
            async with asyncio.timeout(grace_seconds):
                await self._running.wait()
        except TimeoutError:
            self._signal(signal.SIGKILL)

    async def _print(self) -> None:
        assert self._running.stdout is not None
        while printed := await self._running.stdout.read(_CHUNK_BYTES):
            self._log.write(printed)
        self._log.close()

    def _signal(self, number: int) -> None:
        try:
            os.killpg(self._running.pid, number)
        except (ProcessLookupError, PermissionError):  # it has ended already
            return
