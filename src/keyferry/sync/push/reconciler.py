"""One turn of one PushSecret: finalizers, then what is due, then the status. Called by the controller's workers.

It needs no memory of its last life: what was pushed stands in the status, and how old that is, too.
"""

import asyncio
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Final

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Unavailable, Where
from keyferry.model.wellknown import PUSH_FINALIZER
from keyferry.runtime.clock import Clock
from keyferry.spec.push_secret import PushSecret, UpdatePolicy
from keyferry.sync import bugs
from keyferry.sync.generators.generate import ForeignGenerator
from keyferry.sync.push import plan, render, schedule
from keyferry.sync.push.apply import Applier
from keyferry.sync.push.carrier import Carrier
from keyferry.sync.push.observe import Observer, SourceGone
from keyferry.sync.push.state import Deed, PushItem, SourceSecret, StoreToWrite, Told, WatchedPushSecret
from keyferry.sync.push.templates import Templates
from keyferry.sync.render_thread import RenderThread
from keyferry.sync.rendering import effort
from keyferry.vault.throttle import Priority

CROWD: Final = 4  # of the controller's eight workers: the others push what needs no template
LATER: Final = Again(timedelta(seconds=5))
PUSH_SECONDS: Final = 100.0  # below the controller's bound of one reconcile, so that the status can say it


class Reconciler:
    """Brings vaults in step with the source of one PushSecret, by key."""

    def __init__(
        self,
        observer: Observer,
        templates: Templates,
        carrier: Carrier,
        applier: Applier,
        clock: Clock,
        controller_class: str,
    ) -> None:
        self._observer = observer
        self._templates = templates
        self._carrier = carrier
        self._applier = applier
        self._clock = clock
        self._controller_class = controller_class
        self._durations: dict[Key, int] = {}
        self._thread = RenderThread(crowd=CROWD)

    @property
    def durations(self) -> Mapping[Key, int]:
        """How many nanoseconds the last turn of each PushSecret took, for the metric."""
        return self._durations

    async def reconcile(self, key: Key) -> Result:
        """Do what is due. Raises the failure that the status tells, so that the controller backs off by its type."""
        watched = self._observer.watched(key)
        if watched is None:
            self._durations.pop(key, None)
            self._thread.forget(key)
            return Done()
        loop = asyncio.get_running_loop()
        began = loop.time()
        try:
            return await self._turn(watched)
        except KeyferryError:
            raise
        except Exception as crash:  # noqa: BLE001  (whatever it is, the object's status must say that it stands still)
            return await self._fail(watched, bugs.of(crash))
        finally:
            self._durations[key] = int((loop.time() - began) * 1_000_000_000)

    async def _turn(self, watched: WatchedPushSecret) -> Result:
        if self._observer.is_foreign(watched, self._controller_class):
            return Done()
        if watched.metadata.deletion_timestamp is not None:
            return await self._release(watched)
        spec = self._observer.spec(watched)
        if isinstance(spec, SpecError):
            return await self._fail(watched, spec)
        stores = self._stores(spec)
        if stores == ():
            return Done()  # there are none yet, or all of them are another operator's, or going
        wanted = plan.finalizers(watched, spec)
        if wanted is not None:
            watched = await self._applier.finalizers(watched, wanted)
        now, woken = self._clock.now(), self._observer.is_woken(watched) or _is_moved(stores, watched)
        if not schedule.is_due(spec, watched.status, now, woken=woken):
            return _again(schedule.wait(spec, watched.status.refresh_time, now))
        if self._thread.is_crowded and effort.push_may_take_long(spec):
            return LATER
        is_urgent = woken or watched.status.synced_resource_version != schedule.version_of(spec)
        return await self._begin(watched, spec, stores, now, is_urgent=is_urgent)

    async def _begin(
        self,
        watched: WatchedPushSecret,
        spec: PushSecret,
        stores: tuple[StoreToWrite, ...] | KeyferryError,
        now: datetime,
        *,
        is_urgent: bool,
    ) -> Result:
        self._observer.begins(watched.metadata.key)
        if isinstance(stores, KeyferryError):
            return await self._fail(watched, stores)
        return await self._push(_Task(watched=watched, spec=spec, stores=stores, now=now, is_urgent=is_urgent))

    def _stores(self, spec: PushSecret) -> tuple[StoreToWrite, ...] | KeyferryError:
        try:
            return self._observer.ours(self._observer.stores(spec), spec.namespace, self._controller_class)
        except KeyferryError as failure:
            return failure

    async def _push(self, task: "_Task") -> Result:
        watched = task.watched
        try:
            async with asyncio.timeout(PUSH_SECONDS):
                sources, items = await self._wanted(task.spec, task.stores)
                return await self._carry(task, sources, items)
        except SourceGone as absence:
            if plan.is_orphaned(task.spec, watched.status):
                return await self._clear(watched, absence)
            return await self._fail(watched, absence)
        except TimeoutError:
            return await self._fail(watched, _too_slow(task.spec))
        except ForeignGenerator:
            return Done()  # another operator's class: its business
        except _Unmade as unmade:
            return await self._fail(watched, unmade.reason)

    async def _wanted(
        self, spec: PushSecret, stores: tuple[StoreToWrite, ...]
    ) -> tuple[tuple[SourceSecret, ...], tuple[PushItem, ...]]:
        """Read the source and make the items of it; a failure of either is one of the PushSecret, and told there."""
        try:
            engine = self._templates.engine()
            templated = await self._templates.of(spec, engine)
            sources = await self._observer.sources(spec)
            work = partial(render.items, spec, sources, stores, templated, engine)
            if not effort.push_may_take_long(spec):
                return sources, work()
            return sources, await self._thread.run(Key(namespace=spec.namespace, name=spec.name), work)
        except (SourceGone, ForeignGenerator):
            raise
        except KeyferryError as failure:
            raise _Unmade(failure) from None

    async def _carry(self, task: "_Task", sources: Sequence[SourceSecret], items: Sequence[PushItem]) -> Result:
        watched, spec = task.watched, task.spec
        asker = _where(watched)
        only_if_absent = spec.update_policy is UpdatePolicy.IF_NOT_EXISTS
        pushed = await self._carrier.push(asker, items, only_if_absent=only_if_absent, priority=task.priority)
        failure = plan.failure_of(pushed)
        if failure is not None:
            return await self._fail(watched, failure, pushed)
        stale = plan.removals(spec, watched.status, items)
        removed = await self._carrier.remove(asker, stale, priority=task.priority)
        self._tell_of_what_stays(watched, removed)
        failure = plan.failure_of(removed)
        if failure is not None:
            return await self._fail(watched, failure, (*pushed, *removed))
        self._observer.pushed(watched.metadata.key, sources)
        await self._tell(watched, plan.succeeded(watched.status, spec, task.stores, pushed, removed, task.now))
        return _again(schedule.wait(spec, task.now, self._clock.now()))

    async def _clear(self, watched: WatchedPushSecret, absence: SourceGone) -> Result:
        """The source is gone: so goes what was pushed from it."""
        removed = await self._remove_all(watched)
        failure = plan.failure_of(removed)
        if failure is not None:
            return await self._fail(watched, failure, removed)
        self._observer.pushed(watched.metadata.key, ())
        await self._tell(watched, plan.source_deleted(watched.status, absence, removed, self._clock.now()))
        return Done()

    async def _release(self, watched: WatchedPushSecret) -> Result:
        """Delete what was pushed where the policy says so, then let the PushSecret go."""
        if PUSH_FINALIZER not in watched.metadata.finalizers:
            return Done()
        if watched.outline.holder.deletes:
            removed = await self._remove_all(watched, is_leaving=True)
            failure = plan.failure_of(removed)
            if failure is not None:
                return await self._fail(watched, failure, removed)
        with suppress(NotFound):
            await self._applier.finalizers(watched, plan.released(watched))
        return Done()

    async def _remove_all(self, watched: WatchedPushSecret, *, is_leaving: bool = False) -> tuple[Deed, ...]:
        everything = plan.all_removals(watched.status)
        removed = await self._carrier.remove(
            _where(watched), everything, priority=Priority.FIRST_READ, is_leaving=is_leaving
        )
        self._tell_of_what_stays(watched, removed)
        return removed

    def _tell_of_what_stays(self, watched: WatchedPushSecret, removed: Sequence[Deed]) -> None:
        message = plan.left_alone(removed)
        if message:
            self._applier.event(watched, plan.NOT_OWNED, message, is_warning=True)

    async def _fail(self, watched: WatchedPushSecret, failure: KeyferryError, deeds: Sequence[Deed] = ()) -> Result:
        """Say what failed, then raise it. Where not even that goes, the failure itself is heard."""
        with suppress(KeyferryError):
            await self._tell(watched, plan.failed(watched.status, failure, self._clock.now(), deeds))
        raise failure

    async def _tell(self, watched: WatchedPushSecret, told: Told) -> None:
        try:
            await self._applier.tell(watched, told)
        except NotFound:
            if self._observer.is_there(watched):
                raise


@dataclass(frozen=True, slots=True, kw_only=True)
class _Task:
    """One push: of what, into which stores, as of when. `is_urgent` where somebody waits for it."""

    watched: WatchedPushSecret
    spec: PushSecret
    stores: tuple[StoreToWrite, ...]
    now: datetime
    is_urgent: bool

    @property
    def priority(self) -> Priority:
        """How its requests go among those to the same vault."""
        return Priority.FIRST_READ if self.is_urgent else Priority.REFRESH


class _Unmade(Exception):
    """Nothing can be pushed, and why."""

    def __init__(self, reason: KeyferryError) -> None:
        super().__init__()
        self.reason = reason


def _again(wait: timedelta | None) -> Result:
    return Done() if wait is None else Again(wait)


def _is_moved(stores: tuple[StoreToWrite, ...] | KeyferryError, watched: WatchedPushSecret) -> bool:
    return not isinstance(stores, KeyferryError) and plan.is_moved(stores, watched.status)


def _where(watched: WatchedPushSecret) -> Where:
    metadata = watched.metadata
    return Where(kind="PushSecret", namespace=metadata.namespace, name=metadata.name, path="spec.secretStoreRefs")


def _too_slow(spec: PushSecret) -> KeyferryError:
    return Unavailable(
        what=f"carrying out PushSecret {spec.namespace}/{spec.name} took longer than {PUSH_SECONDS:.0f} seconds",
        cause="a vault is slow, or more is asked of it than its limit of requests allows",
        remedy="spread the entries over several PushSecrets, or push less often (spec.refreshInterval)",
        where=Where(kind="PushSecret", namespace=spec.namespace, name=spec.name, path="spec"),
    )
