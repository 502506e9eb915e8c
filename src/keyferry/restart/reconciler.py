"""One look at one namespace: observe, plan, apply. Called by the controller's workers, one at a time for a namespace.

It holds no state that matters: what was seen stands in the workloads.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import GrantError, KeyferryError, NotFound, SpecError
from keyferry.restart.apply import Applier
from keyferry.restart.key_secret import KeySecret
from keyferry.restart.observe import Observer
from keyferry.restart.plan import plan
from keyferry.restart.seen import Marker
from keyferry.restart.settings import Settings
from keyferry.restart.state import Action, Plan, Tell
from keyferry.runtime.clock import Clock

LOOK_AGAIN: Final = timedelta(seconds=1)  # at what others write too
REFUSALS: Final = 8  # in one look; after that it is no matter of single workloads
FAILED: Final = "RestartFailed"


class Reconciler:
    """Brings the workloads of a namespace in step with what they use. `waiting` counts who may not roll yet."""

    def __init__(self, observer: Observer, applier: Applier, keys: KeySecret, clock: Clock, settings: Settings) -> None:
        self._observer = observer
        self._applier = applier
        self._keys = keys
        self._clock = clock
        self._budget = settings.budget
        self.waiting: dict[str, int] = {}

    async def reconcile(self, key: Key) -> Result:
        """Do what the namespace `key.name` needs. Raises the first failure once all else is done.

        A workload that is not as it was seen ends the look: nobody knows whether it rolls. The next one follows soon.
        """
        if not self._observer.has_workloads(key.name):
            self._count(key.name, 0)
            return Done()
        marker = await self._keys.marker()
        try:
            return await self._look(key.name, marker)
        except (Conflict, NotFound):
            return Again(LOOK_AGAIN)

    async def _look(self, namespace: str, marker: Marker) -> Result:
        scene = await self._observer.scene(namespace, marker)
        observed, refused = scene.observed, dict[str, KeyferryError]()
        while True:
            made = plan(observed, self._budget, self._clock.now(), refused)
            self._count(namespace, made.waiting)
            news = await self._carry_out(made)
            refused |= news
            if not news or len(refused) >= REFUSALS:
                break
            observed = self._observer.again(observed)
        return _result(made, scene.failure, refused)

    async def _carry_out(self, made: Plan) -> dict[str, KeyferryError]:
        """Return what was refused, and why, by the uid of the workload. Raises what is no matter of one workload."""
        refused: dict[str, KeyferryError] = {}
        for action in made.actions:
            try:
                await self._applier.apply(action)
            except (SpecError, GrantError) as problem:
                refused[action.workload.uid] = problem
                await self._applier.apply(_failed(action, problem))
        return refused

    def _count(self, namespace: str, waiting: int) -> None:
        self.waiting.pop(namespace, None)
        if waiting:
            self.waiting[namespace] = waiting


def _result(made: Plan, unread: KeyferryError | None, refused: Mapping[str, KeyferryError]) -> Result:
    for failure in (unread, *refused.values()):
        if failure is not None:
            raise failure
    return Done() if made.again_after is None else Again(made.again_after)


def _failed(action: Action, problem: KeyferryError) -> Tell:
    return Tell(workload=action.workload, reason=FAILED, message=str(problem), warning=True, once=True)
