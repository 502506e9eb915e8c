"""Keeps one volume set up until it is to go, then tears it down: both for as long as it takes."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from keyferry.lab.kubernetes.kubelet import backoff, pod_events
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.serve.kubelet.volumes import Volume, VolumeFailed

Report = Callable[[str, str], Awaitable[None]]  # an event's reason and message


class VolumeLoop:
    """`pod` gives the pod as it is now, `report` writes an event, `settled` is called when the volume came or went."""

    def __init__(
        self, volume: Volume, *, pod: Callable[[], Object], report: Report, settled: Callable[[], None]
    ) -> None:
        self.volume: Final = volume
        self.is_set_up = False
        self.is_gone = False
        self._pod = pod
        self._report = report
        self._settled = settled
        self._poked = asyncio.Event()
        self._is_ending = False
        self._is_patient = True

    def refresh(self) -> None:
        """Set the volume up again soon: something that it shows has changed."""
        self._poked.set()

    def end(self, *, is_patient: bool = True) -> None:
        """Tear the volume down, once a call that is under way has come back; try once only where not patient."""
        self._is_ending = True
        self._is_patient = is_patient
        self._poked.set()

    async def run(self) -> None:
        """Return when the volume is gone, or has been tried once to be."""
        failures = 0
        while not self._is_ending:
            failures = await self._set_up(failures)
            await self._wait(backoff.after(failures) if failures else self.volume.again_after())
        failures = 0
        while not await self._torn_down() and self._is_patient:
            failures += 1
            await self._wait(backoff.after(failures))
        self._settled()

    async def _set_up(self, failures: int) -> int:
        """Try once; return how many attempts in a row have failed."""
        try:
            await self.volume.set_up(self._pod())
        except (VolumeFailed, OSError) as failure:
            await self._report(pod_events.FAILED_MOUNT, pod_events.set_up_failed(self.volume.name, str(failure)))
            return failures + 1
        if not self.is_set_up:
            self.is_set_up = True
            self._settled()
        return 0

    async def _torn_down(self) -> bool:
        try:
            await self.volume.tear_down()
        except (VolumeFailed, OSError) as failure:
            await self._report(pod_events.FAILED_UNMOUNT, pod_events.tear_down_failed(self.volume.name, str(failure)))
            return False
        self.is_set_up = False
        self.is_gone = True
        return True

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with asyncio.timeout(seconds):
                await self._poked.wait()
        except TimeoutError:
            pass
        self._poked.clear()
