"""One reconcile of one ExternalSecret: observe, plan, and where needed read, render, plan again; then apply.

Called by the controller's workers; calls observe, render, plan and apply. It holds no state: any process can take over.
"""

from typing import Final

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import NotFound, SpecError
from keyferry.runtime.clock import Clock
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync import plan, render
from keyferry.sync.apply import Applier
from keyferry.sync.observe import Observer
from keyferry.sync.state import Failed, Plan, ReadSecretFirst, Rendered, Snapshot

LOOKS: Final = 3  # at a Secret that others write too, before the controller's backoff takes over


class Reconciler:
    """Brings the Secret of one ExternalSecret in step with the vault, by key."""

    def __init__(self, observer: Observer, applier: Applier, clock: Clock, controller_class: str) -> None:
        self._observer = observer
        self._applier = applier
        self._clock = clock
        self._controller_class = controller_class

    async def reconcile(self, key: Key) -> Result:
        """Do what is due. Raises the failure that the status tells, so that the controller backs off by its type."""
        snapshot = self._observer.snapshot(key)
        if snapshot is None:
            return Done()
        spec = self._observer.spec(snapshot.external)
        if not isinstance(spec, SpecError) and self._observer.is_foreign(spec, self._controller_class):
            return Done()
        now = self._clock.now()
        made = plan.first(snapshot, spec, now)
        if made is None:
            assert not isinstance(spec, SpecError), "first plans for an invalid spec"
            return await self._refresh(snapshot, spec)
        await self._apply(snapshot, made)
        return _result(made)

    async def _refresh(self, snapshot: Snapshot, spec: ExternalSecret) -> Result:
        """Ask the vault, then write; look at the live Secret first when the cache tells too little or too late."""
        now = self._clock.now()
        rendered = render.render(spec, await self._observer.values(spec))
        for _ in range(LOOKS):
            made = plan.then(snapshot, spec, rendered, now)
            if not _needs_live_secret(made):
                try:
                    await self._apply(snapshot, made)
                except (AlreadyExists, Conflict):
                    pass  # somebody else wrote it meanwhile
                else:
                    return _result(made)
            snapshot = await self._observer.with_live_secret(snapshot)
        return await self._give_up(snapshot, spec, rendered)

    async def _give_up(self, snapshot: Snapshot, spec: ExternalSecret, rendered: Rendered | Failed) -> Result:
        made = plan.then(snapshot, spec, rendered, self._clock.now())
        await self._apply(snapshot, made)
        return _result(made)

    async def _apply(self, snapshot: Snapshot, made: Plan) -> None:
        """Carry out the actions in order. An ExternalSecret that is gone needs no status."""
        try:
            for action in made.actions:
                await self._applier.apply(snapshot.external, action)
        except NotFound:
            if self._observer.snapshot(snapshot.external.metadata.key) is not None:
                raise


def _needs_live_secret(made: Plan) -> bool:
    return any(isinstance(action, ReadSecretFirst) for action in made.actions)


def _result(made: Plan) -> Result:
    if made.failure is not None:
        raise made.failure
    return Done() if made.again_after is None else Again(made.again_after)
