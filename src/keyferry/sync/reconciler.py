"""One reconcile of one ExternalSecret: observe, plan, and where needed read, render, plan again; then apply.

Called by the controller's workers; calls observe, render, plan and apply. It holds no state: any process can take over.
"""

import asyncio
import secrets
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, tzinfo
from functools import partial
from typing import Final, TypeVar

from keyferry.kube.client import Client
from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.errors import AlreadyExists, Conflict
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound, SpecError
from keyferry.runtime.clock import Clock
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync import bugs, expiry, plan, render, schedule, telling
from keyferry.sync.apply import Applier
from keyferry.sync.generators.generate import ForeignGenerator
from keyferry.sync.kinds import CLUSTER_SECRET_STORES
from keyferry.sync.observe import Observer
from keyferry.sync.render_thread import RenderThread
from keyferry.sync.rendering import effort
from keyferry.sync.rendering.engine import DELIMITERS, Compiled, Engine
from keyferry.sync.state import (
    CreateSecret,
    DeleteSecret,
    Failed,
    Origin,
    Plan,
    ReadSecretFirst,
    Rendered,
    ReplaceSecret,
    Snapshot,
    Unread,
    Values,
)
from keyferry.sync.tally import Tally
from keyferry.sync.targets import generic
from keyferry.sync.targets.reconciler import Means, TargetReconciler
from keyferry.template.functions.function import Surroundings

LOOKS: Final = 3  # at a Secret that others write too, before the controller's backoff takes over
NOTICE: Final = timedelta(days=14)
LATER: Final = Again(timedelta(seconds=5))  # where so many wait to be rendered that they hold the workers
READ_SECONDS: Final = 100.0  # below the controller's bound of one reconcile, so that the status can say it

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Habits:
    """How one operator process works. `zone` is where schedules and templates are, `notice` when expiry is told.

    Without `cluster_stores`, an ExternalSecret that names a ClusterSecretStore is another operator's, as upstream has.
    """

    controller_class: str = "default"
    read_seconds: float = READ_SECONDS
    zone: tzinfo = UTC
    notice: timedelta = NOTICE
    cluster_stores: bool = True
    delimiters: tuple[str, str] = DELIMITERS


class Reconciler:
    """Brings the Secret of one ExternalSecret in step with the vault, by key."""

    def __init__(
        self,
        observer: Observer,
        applier: Applier,
        clock: Clock,
        habits: Habits,
        generic_targets: Client | None = None,
    ) -> None:
        """`generic_targets` writes what is no Secret; without it such a target is refused."""
        self._observer = observer
        self._applier = applier
        self._clock = clock
        self._habits = habits
        self.tally = Tally()
        self._compiled = Compiled(habits.delimiters)
        self._thread = RenderThread()
        means = Means(produce=self._produced, expiring=self._expiring, tell=self._told, now=self._now)
        self._targets = None if generic_targets is None else TargetReconciler(generic_targets, observer, means)

    async def reconcile(self, key: Key) -> Result:
        """Do what is due. Raises the failure that the status tells, so that the controller backs off by its type."""
        snapshot = self._observer.snapshot(key)
        if snapshot is None:
            self.tally.forget(key)
            self._thread.forget(key)
            return Done()
        loop = asyncio.get_running_loop()
        begun, has_failed = loop.time(), True
        try:
            result = await self._reconcile(snapshot)
            has_failed = False
        finally:
            self.tally.ended(key, round((loop.time() - begun) * 1e9), has_failed=has_failed)
        return result

    async def _reconcile(self, snapshot: Snapshot) -> Result:
        spec = self._observer.spec(snapshot.external)
        if not isinstance(spec, SpecError) and self._is_foreign(spec):
            return Done()
        try:
            if self._targets is None or isinstance(spec, SpecError) or _is_leaving(snapshot):
                return await self._step(snapshot, spec)
            spec = generic.as_secret(spec)
            return await (self._step if spec.target.manifest is None else self._targets.reconcile)(snapshot, spec)
        except KeyferryError:
            raise
        except Exception as crash:  # noqa: BLE001  (whatever it is, the object's status must say that it stands still)
            return _result(await self._tell(snapshot, bugs.of(crash)))

    def _is_foreign(self, spec: ExternalSecret) -> bool:
        named = spec.store
        if named is not None and named.kind == CLUSTER_SECRET_STORES.kind and not self._habits.cluster_stores:
            return True
        return self._observer.is_foreign(spec, self._habits.controller_class)

    async def _step(self, snapshot: Snapshot, spec: ExternalSecret | SpecError) -> Result:
        consumers, key = self._observer.consumers, snapshot.external.metadata.key
        if not isinstance(spec, SpecError) and not schedule.is_new(spec, snapshot.external.status):
            self._observer.expect(spec)
        wake = consumers.woken(key)
        made = plan.first(snapshot, spec, self._now(), woken=wake > 0)
        if made is not None:
            return _result(await self._carry_out(snapshot, made))
        assert not isinstance(spec, SpecError), "first plans for an invalid spec"
        if self._thread.is_crowded and effort.may_take_long(spec):
            return LATER
        result = await self._refresh(snapshot, spec)
        if result is not LATER:
            consumers.served(key, wake)  # a failure is raised, and comes again
        return result

    async def _refresh(self, snapshot: Snapshot, spec: ExternalSecret) -> Result:
        """Ask the vault, then write; look at the live Secret first when the cache tells too little or too late."""
        now = self._now()
        rendered = await self._rendered(spec, fresh=schedule.is_new(spec, snapshot.external.status))
        if isinstance(rendered, Done | Again):
            return rendered
        if not self._observer.is_there(snapshot.external):
            return Done()  # deleted while the vault was asked; one made anew under its name has its own turn
        for _ in range(LOOKS):
            made = plan.then(snapshot, spec, rendered, now)
            if not _needs_live_secret(made):
                try:
                    done = await self._carry_out(snapshot, made)
                    if done.settled:
                        self._observer.note_settled(snapshot.external.metadata.key, done.settled)
                    return _result(done)
                except (AlreadyExists, Conflict):
                    pass  # somebody else wrote it meanwhile
            try:
                snapshot = await self._observer.with_live_secret(snapshot)
            except KeyferryError as refusal:
                return _result(await self._tell(snapshot, refusal))
        return _result(await self._carry_out(snapshot, plan.then(snapshot, spec, rendered, now)))

    async def _rendered(self, spec: ExternalSecret, *, fresh: bool) -> Rendered | Failed | Result:
        """Return what the Secret shall hold."""
        rendered = await self._produced(spec, render.render, fresh=fresh)
        if not isinstance(rendered, Rendered):
            return rendered
        return replace(rendered, expiring=self._expiring(rendered.origins.values()))

    async def _produced(
        self, spec: ExternalSecret, rendering: Callable[[ExternalSecret, Values, Engine], T], *, fresh: bool
    ) -> T | Failed | Result:
        """Return what is rendered of what was read; `Done` where a generator is another operator's, who does it all."""
        try:
            async with asyncio.timeout(self._habits.read_seconds):
                values = await self._observer.values(spec, fresh=fresh)
        except TimeoutError:
            return Failed(error=plan.too_slow(spec, self._habits.read_seconds))
        if any(isinstance(read, Unread) and isinstance(read.error, ForeignGenerator) for read in values.data_from):
            return Done()
        world = Surroundings(now=self._now(), local=self._habits.zone, chance=secrets.token_bytes)
        work = partial(rendering, spec, values, Engine(self._compiled, world))
        if not effort.may_take_long(spec):
            return work()
        if self._thread.is_crowded:
            return LATER
        return await self._thread.run(Key(namespace=spec.namespace, name=spec.name), work)

    def _expiring(self, origins: Iterable[Origin]) -> tuple[str, ...]:
        return expiry.sentences(origins, self._now(), self._habits.notice)

    async def _told(self, snapshot: Snapshot, made: Plan) -> Result:
        return _result(await self._carry_out(snapshot, made))

    def _now(self) -> datetime:
        return self._clock.now().astimezone(self._habits.zone)

    async def _carry_out(self, snapshot: Snapshot, made: Plan) -> Plan:
        """Carry out the actions in order, and return the plan whose status was told.

        A refused write of a Secret is a failure like any other: the status says so. An ExternalSecret that is gone
        needs no status.
        """
        for action in made.actions:
            try:
                await self._applier.apply(snapshot.external, action)
            except (AlreadyExists, Conflict):
                raise
            except KeyferryError as refusal:
                if isinstance(refusal, NotFound) and not self._observer.is_there(snapshot.external):
                    return made
                if not isinstance(action, CreateSecret | ReplaceSecret | DeleteSecret):
                    raise
                return await self._tell(snapshot, refusal)
        return made

    async def _tell(self, snapshot: Snapshot, failure: KeyferryError) -> Plan:
        """Say what failed, and return the plan that says so. Where not even that goes, the failure itself is heard."""
        made = telling.failed(snapshot, failure, self._now())
        with suppress(KeyferryError):
            await self._carry_out(snapshot, made)
        return made


def _is_leaving(snapshot: Snapshot) -> bool:
    return snapshot.external.metadata.deletion_timestamp is not None


def _needs_live_secret(made: Plan) -> bool:
    return any(isinstance(action, ReadSecretFirst) for action in made.actions)


def _result(made: Plan) -> Result:
    if made.failure is not None:
        raise made.failure
    return Done() if made.again_after is None else Again(made.again_after)
