"""Keeps one container running as its restart policy says.

Waits between restarts grow from 10 seconds to 5 minutes, and begin anew after 10 minutes of running. Source:
https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
"""

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Final

from keyferry.lab.kubernetes.kubelet import pod_events, pod_status
from keyferry.lab.kubernetes.kubelet.pod_status import Container
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.programs import ConfigError, Program

CRASH_SECONDS: Final = 10.0
MAX_CRASH_SECONDS: Final = 300.0
STEADY_SECONDS: Final = 600.0
CONFIG_SECONDS: Final = 2.0  # the real one looks again when it looks at the pod
Report = Callable[[str, str], Awaitable[None]]


class ContainerLoop:
    """`launch` begins the program, `policy` is Always, OnFailure or Never, `changed` is called with each new state."""

    def __init__(
        self,
        container: Object,
        policy: str,
        *,
        launch: Callable[[], Awaitable[Program]],
        report: Report,
        changed: Callable[[], None],
        now: Callable[[], datetime],
    ) -> None:
        self.name = str(container["name"])
        self._image = str(container.get("image") or "")
        self._policy = policy
        self._launch = launch
        self._report = report
        self._changed = changed
        self._now = now
        self._state = pod_status.waiting(pod_status.CREATING)
        self._last: Object = {}
        self._restarts = 0
        self._program: Program | None = None
        self._is_stopping = False
        self._poked = asyncio.Event()
        self.begun = asyncio.Event()

    def view(self) -> Container:
        """Return the container as it is."""
        return Container(name=self.name, image=self._image, state=self._state, restarts=self._restarts, last=self._last)

    def hold(self, reason: str) -> None:
        """Say why it has not begun."""
        self._state = pod_status.waiting(reason)

    def poke(self) -> None:
        """Try at once what waits for something that was missing."""
        self._poked.set()

    async def run(self) -> int:
        """Return the last exit code, once the policy has no further start for the container."""
        crashes = 0
        while True:
            program = await self._started()
            if program is None:
                return 0
            loop, since = asyncio.get_running_loop(), self._now()
            began = loop.time()
            code = await program.wait()
            self._program = None
            self._ended(code, since)
            if self._is_stopping or self._policy == "Never" or (self._policy == "OnFailure" and code == 0):
                return code
            crashes = 0 if loop.time() - began >= STEADY_SECONDS else crashes
            await self._back_off(crashes)
            crashes += 1

    async def stop(self, grace_seconds: float) -> None:
        """Let the program end, and start none again."""
        if self._program is not None and not self._is_stopping:
            await self._report(pod_events.KILLING, f"Stopping container {self.name}")
        self._is_stopping = True
        self.begun.set()
        self.poke()
        if self._program is not None:
            await self._program.stop(grace_seconds)

    async def _started(self) -> Program | None:
        """Begin the program as soon as that can be; None where the container is stopped before."""
        while not self._is_stopping:
            try:
                self._program = await self._launch()
            except ConfigError as problem:
                self._turn(pod_status.waiting(pod_status.CONFIG_ERROR, str(problem)))
                await self._report(pod_events.FAILED, f"Error: {problem}")
                await self._pause(CONFIG_SECONDS)
                continue
            if self._stops():  # since before it was there
                await self._program.stop(0)
            await self._report(pod_events.CREATED, f"Created container: {self.name}")
            await self._report(pod_events.STARTED, f"Started container {self.name}")
            self._turn(pod_status.running(self._now()))
            self.begun.set()
            return self._program
        return None

    def _stops(self) -> bool:
        return self._is_stopping

    def _ended(self, code: int, since: datetime) -> None:
        identity = f"lab://{secrets.token_hex(32)}"
        self._turn(pod_status.terminated(code, since, self._now(), identity))

    async def _back_off(self, crashes: int) -> None:
        self._last = self._state
        seconds = min(CRASH_SECONDS * 2.0 ** min(crashes - 1, 8), MAX_CRASH_SECONDS) if crashes else 0.0
        if seconds:
            words = f"back-off {seconds:.0f}s restarting failed container={self.name}"
            self._turn(pod_status.waiting(pod_status.CRASHING, words))
            await self._report(pod_events.BACK_OFF, f"Back-off restarting failed container {self.name}")
            await self._pause(seconds)
        self._restarts += 1

    def _turn(self, state: Object) -> None:
        self._state = state
        self._changed()

    async def _pause(self, seconds: float) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._poked.wait()
        except TimeoutError:
            pass
        self._poked.clear()
