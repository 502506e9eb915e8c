"""One look at one namespace: observe, plan, apply. Called by the controller's workers, one at a time for a namespace.

It holds no state that matters: what was seen stands in the workloads.
"""

from datetime import timedelta
from typing import Final

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.errors import Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.restart.apply import Applier
from keyferry.restart.key_secret import KeySecret
from keyferry.restart.observe import Observer
from keyferry.restart.plan import plan
from keyferry.restart.settings import Settings
from keyferry.restart.state import Action, Tell
from keyferry.runtime.clock import Clock

LOOK_AGAIN: Final = timedelta(seconds=1)  # at what others write too
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
        """Do what the namespace `key.name` needs. Raises the last failure once all else is done."""
        marker = await self._keys.marker()
        scene = await self._observer.scene(key.name, marker)
        made = plan(scene.observed, marker.key_id, self._budget, self._clock.now())
        self._count(key.name, made.waiting)
        again, failure = made.again_after, scene.failure
        for action in made.actions:
            try:
                await self._applier.apply(action)
            except (Conflict, NotFound):
                again = LOOK_AGAIN
            except KeyferryError as problem:
                failure = problem
                await self._applier.apply(_failed(action, problem))
        if failure is not None:
            raise failure
        return Done() if again is None else Again(again)

    def _count(self, namespace: str, waiting: int) -> None:
        self.waiting.pop(namespace, None)
        if waiting:
            self.waiting[namespace] = waiting


def _failed(action: Action, problem: KeyferryError) -> Tell:
    return Tell(workload=action.workload, reason=FAILED, message=str(problem), warning=True, once=True)
