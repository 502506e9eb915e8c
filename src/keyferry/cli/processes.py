"""keyferry's own processes as children of a command: started, told to stop, killed."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

STOP_SECONDS: Final = 30.0  # what Kubernetes gives a pod by default; every process takes far less by itself


class Process:
    """`keyferry ARGUMENTS…` with its output appended to a file."""

    def __init__(self, arguments: Sequence[str], environment: Mapping[str, str], log: Path) -> None:
        self._arguments = tuple(arguments)
        self._environment = environment
        self._log = log
        self._child: asyncio.subprocess.Process | None = None

    @property
    def pid(self) -> int:
        """The process id, 0 when it does not run."""
        return self._child.pid if self._child is not None and self._child.returncode is None else 0

    async def start(self) -> None:
        """Start it; it has no terminal, so Ctrl-C reaches the parent alone."""
        self._log.touch(mode=0o600)
        with self._log.open("ab") as log:
            self._child = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "keyferry",
                *self._arguments,
                env=self._environment,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    async def stop(self) -> int:
        """Ask it to end and wait; kill it after `STOP_SECONDS`. Returns its exit code, 0 when it never ran."""
        if self._child is None:
            return 0
        if self._child.returncode is None:
            self._child.terminate()
        try:
            async with asyncio.timeout(STOP_SECONDS):
                return await self._child.wait()
        except TimeoutError:
            return await self.kill()

    async def kill(self) -> int:
        """End it at once, as a node that loses power does."""
        if self._child is None:
            return 0
        if self._child.returncode is None:
            self._child.kill()
        return await self._child.wait()

    async def wait(self) -> int:
        """Return its exit code once it has ended."""
        return await self._child.wait() if self._child is not None else 0
