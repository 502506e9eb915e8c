"""One reconcile of one ExternalSecret whose target is no Secret: observe, plan, read, render, plan again, apply, tell.

Called by sync.reconciler, which lends it what both need. It holds no state: any process can take over.
"""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Final, Protocol, TypeVar

from keyferry.kube.client import Client
from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.model.errors import KeyferryError, NotFound
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync import schedule, telling
from keyferry.sync.observe import Observer
from keyferry.sync.rendering.engine import Engine
from keyferry.sync.state import Failed, Origin, Plan, Snapshot, Values
from keyferry.sync.targets import content, desired, outcomes, plan
from keyferry.sync.targets.apply import TargetApplier
from keyferry.sync.targets.observe import TargetObserver
from keyferry.sync.targets.state import RenderedTarget, Scene, TargetPlan

SOON: Final = Again(timedelta(seconds=1))  # somebody else wrote the object meanwhile; as upstream

T = TypeVar("T")


class Produce(Protocol):
    """Reads what a spec names and renders it, as `sync.reconciler` does for Secrets."""

    def __call__(
        self, spec: ExternalSecret, rendering: Callable[[ExternalSecret, Values, Engine], T], /, *, fresh: bool
    ) -> Awaitable[T | Failed | Result]:
        """Return what `rendering` makes; a result where there is nothing to render now."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Means:
    """What the reconciler of Secrets lends: how values are read and rendered, what expires, and how a plan is told."""

    produce: Produce
    expiring: Callable[[Iterable[Origin]], tuple[str, ...]]
    tell: Callable[[Snapshot, Plan], Awaitable[Result]]
    now: Callable[[], datetime]


class TargetReconciler:
    """Brings one object of any kind in step with the vault."""

    def __init__(self, client: Client, observer: Observer, means: Means) -> None:
        self._observer = observer
        self._targets = TargetObserver(client)
        self._applier = TargetApplier(client)
        self._means = means

    async def reconcile(self, snapshot: Snapshot, spec: ExternalSecret) -> Result:
        """Do what is due. Raises the failure that the status tells, so that the controller backs off by its type."""
        try:
            made = await self._step(snapshot, spec)
        except (AlreadyExists, Conflict):
            return SOON
        except KeyferryError as refusal:
            if isinstance(refusal, NotFound) and spec.target.manifest is not None:
                self._targets.forget(spec.target.manifest)
            made = telling.failed(snapshot, refusal, self._means.now(), outcomes.FAILED)
        return await self._means.tell(snapshot, made) if isinstance(made, Plan) else made

    async def _step(self, snapshot: Snapshot, spec: ExternalSecret) -> Plan | Result:
        assert spec.target.manifest is not None, "sync.reconciler sends no others"
        consumers, key = self._observer.consumers, snapshot.external.metadata.key
        if not schedule.is_new(spec, snapshot.external.status):
            self._observer.expect(spec)
        wake = consumers.woken(key)
        scene = await self._targets.scene(snapshot, spec.target.manifest)
        resting = plan.first(scene, spec, self._means.now(), woken=wake > 0)
        if resting is not None:
            return resting
        made = await self._refresh(scene, spec)
        if not isinstance(made, TargetPlan):
            return made
        await self._write(scene, made)
        if made.told.failure is None:
            consumers.served(key, wake)
        return made.told

    async def _refresh(self, scene: Scene, spec: ExternalSecret) -> TargetPlan | Result:
        now, external = self._means.now(), scene.snapshot.external
        render = partial(content.rendered, live=scene.live)
        rendered = await self._means.produce(spec, render, fresh=schedule.is_new(spec, external.status))
        if isinstance(rendered, Done | Again):
            return rendered
        if not self._observer.is_there(external):
            return Done()  # deleted while the vault was asked
        if isinstance(rendered, RenderedTarget):
            expiring = self._means.expiring(rendered.read.origins.values())
            rendered = replace(rendered, read=replace(rendered.read, expiring=expiring))
        return plan.then(scene, spec, rendered, now)

    async def _write(self, scene: Scene, made: TargetPlan) -> None:
        """Write, and keep in mind what the object is like when all is well."""
        external = scene.snapshot.external.metadata
        stored = scene.live if made.settled else None
        if made.write is not None:
            stored = await self._applier.apply(external.name, made.write)
        if stored is not None:
            self._observer.note_settled(external.key, desired.mark(stored))
