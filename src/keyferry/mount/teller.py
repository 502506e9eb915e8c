"""Tells the cluster what volumes show, or why their files stay as they are.

In a queue of its own, so that neither another volume's swap nor a pod's end waits for the API server. Called by the
queue's workers, and by publisher after a first publish.
"""

from datetime import timedelta
from typing import Final

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError
from keyferry.mount.keeper import Parts
from keyferry.mount.known import Volume

PAUSE: Final = timedelta(seconds=15)  # until the cluster is told again what it could not be told
BETWEEN_PROBLEMS: Final = timedelta(minutes=5)  # in the status of one pod: an outage is every pod's problem


class Teller:
    """Tells of one volume at a time, by key. What did not work is told again."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def tell(self, key: Key) -> Result:
        """Let status and Secrets say what the volume shows now, or the status say why that is not the newest."""
        volume = self._parts.known.get(key.name)
        if volume is None or volume.payload is None:
            return Done()
        return await (self._problem(volume) if volume.failing else self._content(volume))

    async def _content(self, volume: Volume) -> Result:
        try:
            spec = await self._parts.classes.find(volume.class_key.namespace, volume.class_key.name)
        except KeyferryError:
            return Done()  # the next look meets the same, and tells of it
        volume.is_told = await self._parts.reports.tell(volume, spec)
        volume.problem = ""
        return Done() if volume.is_told else Again(after=PAUSE)

    async def _problem(self, volume: Volume) -> Result:
        """Say it where the status does not; at most once in a while, as causes may take turns."""
        if volume.problem == volume.failing:
            return Done()
        now, told = self._parts.clock.now(), volume.problem_at
        if told is not None and abs(now - told) < BETWEEN_PROBLEMS:
            return Again(after=BETWEEN_PROBLEMS - abs(now - told))
        volume.problem, volume.problem_at = volume.failing, now
        await self._parts.reports.tell_problem(volume, volume.failing)
        return Done()
