"""Wires restarts, as a part of the operator process.

Secrets are watched from when on a workload names one, and pods from when on one names a class.
"""

import asyncio
import secrets
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any, Final

import structlog

from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.loop import Controller, Limits
from keyferry.kube.controller.ownership import Ownership
from keyferry.kube.events import Recorder
from keyferry.kube.part import Part, Work
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS, SECRETS, Resource
from keyferry.restart import pod_versions, secret_marks, wire
from keyferry.restart.apply import Applier
from keyferry.restart.key_secret import KeySecret
from keyferry.restart.kinds import POD_STATUSES, WORKLOADS
from keyferry.restart.metrics import RestartCollector
from keyferry.restart.observe import NAMESPACE_INDEX, SOURCE_INDEX, Observer, empty_caches
from keyferry.restart.pod_versions import PodVersions
from keyferry.restart.reconciler import Reconciler
from keyferry.restart.secret_marks import SecretMarks
from keyferry.restart.settings import Settings
from keyferry.restart.state import Source, SourceKind, Workload
from keyferry.restart.watching import Gate, Workloads
from keyferry.runtime.clock import Clock

WORKERS: Final = 4
LONGEST_BACKOFF: Final = timedelta(seconds=40)
ENDED: Final = "status.phase!=Pending,status.phase!=Running"
GATHER: Final = timedelta(milliseconds=500)  # changes that come together become one restart

_LOG = structlog.get_logger(__name__)


class Restarts:
    """Rolls workloads whose sources changed. Every working replica watches; each namespace is changed by one."""

    def __init__(
        self, client: Client, clock: Clock, recorder: Recorder, settings: Settings, ownership: Ownership
    ) -> None:
        self._client = client
        self._settings = settings
        self._ownership = ownership
        self._caches = empty_caches()
        self._marks = SecretMarks(client, self._on_secret)
        self._decode = partial(wire.workload, reloader=settings.reloader)
        self._applier = Applier(client, recorder, self._note)
        keys = KeySecret(client, settings.key_namespace, secrets.token_bytes)
        self._reconciler = Reconciler(Observer(self._caches, self._marks), self._applier, keys, clock, settings)
        self._controller = Controller(
            "restart",
            ownership.guarded(self._reconciler.reconcile, _token),
            limits=Limits(workers=WORKERS),
            backoff=Backoff(longest=LONGEST_BACKOFF),
        )
        self._is_ready = False
        self._wanted = {kind: asyncio.Event() for kind in SourceKind}
        self._caches.workloads.subscribe(self._on_workload)
        self._caches.statuses.subscribe(self._on_status)
        self._caches.ended.subscribe(self._on_ended)

    def part(self) -> Part:
        """Return what the process runs; nothing where the budget is 0."""
        if not self._settings.budget:
            return Part()
        collector = RestartCollector(lambda: self._applier.restarts, self._waiting)
        work = Work(controller=self._controller, keys=self._namespaces, token=_token)
        return Part(work=(work,), collectors=(collector,), working=(self.watch,))

    async def watch(self) -> None:
        """Watch until cancelled. No namespace is looked at before every kind of workload was listed."""
        settled = {resource: asyncio.Event() for resource in WORKLOADS}
        async with asyncio.TaskGroup() as group:
            for resource, event in settled.items():
                group.create_task(self._watch_workloads(resource, event))
            group.create_task(self._watch_secrets())
            group.create_task(self._watch_pods())
            for event in settled.values():
                await event.wait()
            self._is_ready = True
            _LOG.info("restarts.started", workloads=len(self._caches.workloads))
            self._look_at_all()

    def _waiting(self) -> dict[str, int]:
        """Who waits, in the namespaces that are still this replica's."""
        waiting = self._reconciler.waiting.items()
        return {namespace: count for namespace, count in waiting if self._ownership.owns(namespace)}

    def _namespaces(self) -> tuple[Key, ...]:
        """Return the keys that are reconciled: a namespace with something to look at is one."""
        if not self._is_ready:
            return ()
        return tuple({Key(name=key.namespace) for key in self._caches.workloads})

    async def _watch_workloads(self, resource: Resource, settled: asyncio.Event) -> None:
        selection = Selection(namespace=self._settings.namespace)
        sink = Workloads(resource, self._caches.workloads, settled)
        decode = partial(self._decode, resource=resource)
        watch = Reflector(self._client, resource, decode, sink, selection=selection)
        await Gate(self._client, resource, selection).run(watch, settled)

    async def _watch_secrets(self) -> None:
        await self._wanted[SourceKind.SECRET].wait()
        selection = Selection(namespace=self._settings.namespace, metadata_only=True)
        await Reflector(self._client, SECRETS, secret_marks.version, self._marks, selection=selection).run()

    async def _watch_pods(self) -> None:
        """What they have mounted, and which of them ended: only both together tell what a class is like."""
        await self._wanted[SourceKind.CLASS].wait()
        everything = Selection(namespace=self._settings.namespace)
        gone = Selection(namespace=self._settings.namespace, field_selector=ENDED, metadata_only=True)
        statuses, ended = self._caches.statuses, self._caches.ended
        mounted = Reflector(self._client, POD_STATUSES, pod_versions.decode, statuses, selection=everything)
        pods = Reflector(self._client, PODS, secret_marks.version, ended, selection=gone)
        async with asyncio.TaskGroup() as group:
            group.create_task(Gate(self._client, POD_STATUSES, everything).run(mounted, asyncio.Event()))
            group.create_task(Gate(self._client, PODS, gone).run(pods, asyncio.Event()))
            await mounted.wait_synced()
            await pods.wait_synced()
            self._look_at_all()

    def _note(self, workload: Workload, stored: bytes) -> None:
        """Know at once what was written, so that the budget counts it."""
        changed = self._decode(stored, resource=workload.resource)
        if changed is not None:
            self._caches.workloads.applied(wire.workload_id(workload.resource, workload.key), changed)

    def _on_workload(self, key: Key, old: Workload | None, new: Workload | None) -> None:
        for source in () if new is None else new.watched:
            self._wanted[source.kind].set()
        if _without_version(old) != _without_version(new):
            self._look_at(key.namespace)

    def _on_secret(self, key: Key) -> None:
        self._on_source(key.namespace, Source(SourceKind.SECRET, key.name))

    def _on_status(self, _key: Key, old: PodVersions | None, new: PodVersions | None) -> None:
        status = new or old
        if status is not None and old != new:
            self._on_source(status.namespace, Source(SourceKind.CLASS, status.class_name))

    def _on_ended(self, pod: Key, _old: str | None, _new: str | None) -> None:
        if self._caches.workloads.indexed(NAMESPACE_INDEX, pod.namespace):
            self._look_at(pod.namespace)

    def _on_source(self, namespace: str, source: Source) -> None:
        if self._caches.workloads.indexed(SOURCE_INDEX, (namespace, source)):
            self._look_at(namespace)

    def _look_at_all(self) -> None:
        for namespace in self._namespaces():
            self._controller.enqueue(namespace)

    def _look_at(self, namespace: str) -> None:
        if self._is_ready:
            self._controller.enqueue(Key(name=namespace), after=GATHER)


def _token(key: Key) -> str:
    return key.name


def _without_version(workload: Workload | None) -> Any:
    return None if workload is None else replace(workload, resource_version="")
