"""One pass for one object: look at the caches, write what differs, say what came of it."""

import asyncio
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

import structlog

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.runtime.clock import Clock
from keyferry.spec.conditions import ConditionStatus
from keyferry.spec.fanout_status import FanoutStatus
from keyferry.sync.fanout import batch, plan, told
from keyferry.sync.fanout.apply import Applier
from keyferry.sync.fanout.kinds import Kind
from keyferry.sync.fanout.observe import LAG, C, Observer
from keyferry.sync.fanout.state import Plan, WatchedFanout

_LOG = structlog.get_logger(__name__)

SOON: Final = timedelta(seconds=1)  # after somebody else changed a child while it was looked at


class FanoutReconciler:
    """Keeps the children of each object of one kind. `durations` has how long each object's last pass took."""

    def __init__(self, kind: Kind, observer: "Observer[C]", applier: Applier, clock: Clock) -> None:
        self._kind = kind
        self._observer = observer
        self._applier = applier
        self._clock = clock
        self._durations: dict[Key, float] = {}

    @property
    def durations(self) -> Mapping[Key, float]:
        """Seconds of the last pass, by object."""
        return self._durations

    async def reconcile(self, key: Key) -> Result:
        """Do what is due. Raises the first failure, after the status has told all, so that the controller backs off."""
        if not self._observer.is_ready:
            return Again(LAG)
        loop = asyncio.get_running_loop()
        began = loop.time()
        watched = self._observer.watched(key)
        if watched is None:
            self._durations.pop(key, None)
            return await self._abandon(key) if self._observer.is_gone(key) else Done()
        try:
            return await self._pass(watched)
        finally:
            self._durations[key] = loop.time() - began

    async def _abandon(self, key: Key) -> Result:
        refusal = await self._remove(plan.abandoned(self._kind, key.name, self._observer.namespaces()))
        return _after(None, refusal)

    async def _pass(self, watched: WatchedFanout) -> Result:
        now, wanted = self._clock.now(), self._observer.wanted(watched)
        snapshot = self._observer.snapshot(watched, wanted, now)
        made = plan.plan(self._kind, snapshot, wanted)
        failures = await batch.carry_out(made.writes, self._applier.write)
        refusal = await self._remove(made)
        if made.is_silent:
            return _after(None, refusal)
        if isinstance(wanted, SpecError):
            await self._tell(watched, told.of_invalid(self._kind, watched, wanted, now))
            return Done()
        status = told.of_pass(self._kind, watched, wanted, made, failures, now)
        failure = next((error for error in failures.values() if told.counts(error)), refusal)
        await self._tell(watched, status)
        if failure is not None:
            raise failure
        if any(isinstance(error, Conflict) for error in failures.values()):
            return Again(SOON)
        return Again(LAG) if snapshot.made else _after(made.again_after, None)

    async def _remove(self, made: Plan) -> KeyferryError | None:
        """Remove what is to go, and return the first refusal; what went or changed meanwhile comes again by itself."""
        first: KeyferryError | None = None
        for action in made.removals:
            try:
                await self._applier.remove(action)
            except (NotFound, Conflict):
                continue
            except KeyferryError as refusal:
                first = first or refusal
        return first

    async def _tell(self, watched: WatchedFanout, status: FanoutStatus) -> None:
        """Write the status where it says something else than before; an object that is gone needs none."""
        if status == watched.status:
            return
        if status.ready is not None and status.ready.status is not ConditionStatus.TRUE:
            _LOG.warning("fanout.not_ready", key=str(watched.metadata.key), reason=status.ready.message)
        try:
            await self._applier.tell(watched, status)
        except NotFound:
            return


def _after(interval: timedelta | None, refusal: KeyferryError | None) -> Result:
    if refusal is not None:
        raise refusal
    return Done() if interval is None else Again(interval)
