"""Wires the operator process: caches, reflectors, controllers, Azure, health; then works until it is told to stop.

The loops start in the order in which they need each other: watches first, and no reconcile before every cache is full.
"""

import asyncio
import gc
import os
import socket
import uuid
from collections.abc import Callable, Hashable, Iterable
from contextlib import AsyncExitStack, suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import aiohttp
import structlog
from prometheus_client import CollectorRegistry, ProcessCollector

from keyferry.identity.credentials import Credentials
from keyferry.identity.http import open_session
from keyferry.kube import config
from keyferry.kube.client import Client, Selection
from keyferry.kube.controller.backoff import Backoff
from keyferry.kube.controller.lease import LeaderElector
from keyferry.kube.controller.loop import Controller, Limits, Reconcile
from keyferry.kube.controller.store import Store
from keyferry.kube.events import Recorder
from keyferry.kube.watch import Reflector
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS, SERVICE_ACCOUNTS
from keyferry.model.wellknown import CREATED_BY_LABEL, MANAGED_LABEL
from keyferry.runtime.clock import SystemClock
from keyferry.runtime.health import HealthServer
from keyferry.runtime.stopping import stop_signal
from keyferry.sync import wire
from keyferry.sync.apply import Applier
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.metrics import ConditionCollector, DeliveryCollector
from keyferry.sync.observe import CREATED_BY_INDEX, Caches, Observer
from keyferry.sync.reconciler import Reconciler
from keyferry.sync.settings import EventSettings, Settings
from keyferry.sync.state import LiveSecret, WatchedExternalSecret, WatchedStore
from keyferry.sync.stores.directory import Directory
from keyferry.sync.stores.identities import Identities
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.reconciler import StoreReconciler, Writer
from keyferry.sync.stores.stored_secrets import StoredSecrets
from keyferry.sync.wakes import ACCOUNT_INDEX, CLUSTER_STORE_INDEX, STORE_INDEX, TARGET_INDEX, Wakes
from keyferry.vault.metrics import FeedCollector, RequestCollector
from keyferry.vault.reader import Reader

if TYPE_CHECKING:
    from keyferry.sync.events.class_hints import ClassHints
    from keyferry.vault.events.hints import Hint
    from keyferry.vault.events.receiver import Gate, Receiver

_LOG = structlog.get_logger(__name__)

COMPONENT: Final = "external-secrets"  # as upstream's events name it
LEASE: Final = "keyferry-operator"
LONGEST_BACKOFF: Final = timedelta(seconds=40)  # with a setback and a try under way, what was mended heals in a minute
STORE_WORKERS: Final = 8
FINISH_SECONDS: Final = 3.0
STOP_SECONDS: Final = 4.0  # everything together; whoever sends SIGTERM waits five


async def run(settings: Settings) -> None:
    """Work until SIGTERM or SIGINT, then stop within seconds. SpecError when a setting or the kubeconfig is wrong."""
    cluster = config.load(settings.kubeconfig, settings.context)
    clock = SystemClock()
    with stop_signal() as stop:
        async with AsyncExitStack() as stack:
            client = await stack.enter_async_context(Client(cluster, field_manager="keyferry"))
            session = await stack.enter_async_context(open_session())
            credentials = Credentials(client, session, clock)
            stack.push_async_callback(credentials.aclose)
            reader = Reader(credentials, session, clock)
            stack.push_async_callback(reader.aclose)
            events = settings.events
            gate = _gate(events, session, clock) if events.address else None
            operator = Operator(settings, client, reader, clock, gate)
            await operator.work(stop)


class Operator:
    """The parts of one operator process, wired."""

    def __init__(
        self, settings: Settings, client: Client, reader: Reader, clock: SystemClock, gate: "Gate | None" = None
    ) -> None:
        """`gate` says who may deliver events; without one none are taken."""
        self._settings = settings
        self._client = client
        self._reader = reader
        self._clock = clock
        self._instance = settings.instance or f"{socket.gethostname()}_{uuid.uuid4()}"
        self._caches = empty_caches()
        self._recorder = Recorder(client, COMPONENT, clock=clock, instance=self._instance)
        self._reflectors = _reflectors(self._caches, client, settings.namespace)
        self._externals, self._stores, wakes = self._controllers()
        self._reconciles = False
        self._class_hints = None if gate is None else _class_hints(client, clock, settings.namespace)
        hear = (wakes.on_hint,) if self._class_hints is None else (wakes.on_hint, self._class_hints.heard)
        self._receiver = None if gate is None else _receiver(gate, clock, reader, hear, lambda: self._reconciles)

    async def work(self, stop: asyncio.Event) -> None:
        """Serve until `stop` is set; losing the leadership sets it too. A crash of any part ends them all."""
        health = self._health()
        await health.open(self._settings.health_address)
        try:
            if self._receiver is not None:
                await self._receiver.open(self._settings.events.address)
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(reflector.run()) for reflector in self._reflectors]
                tasks.append(group.create_task(self._recorder.run()))
                if self._class_hints is not None:
                    tasks.append(group.create_task(self._class_hints.run()))
                tasks.append(reconciling := group.create_task(self._reconcile(group, stop)))
                await stop.wait()
                await self._finish(reconciling)
                for task in tasks:
                    task.cancel()
        finally:
            if self._receiver is not None:
                await self._receiver.close()
            await health.close()
        _LOG.info("operator.stopped")

    async def _reconcile(self, group: asyncio.TaskGroup, stop: asyncio.Event) -> None:
        """Wait for full caches, and for the leadership where there are replicas; then reconcile."""
        for reflector in self._reflectors:
            await reflector.wait_synced()
        gc.freeze()  # the caches stay for good: no collection need look at them
        elected = asyncio.Event()
        elector = group.create_task(self._campaign(elected, stop))
        try:
            await elected.wait()
            self._reconciles = True
            _LOG.info("operator.started", externalsecrets=len(self._caches.externals), stores=len(self._caches.stores))
            await asyncio.gather(self._externals.run(), self._stores.run())
        finally:
            elector.cancel()

    async def _campaign(self, elected: asyncio.Event, stop: asyncio.Event) -> None:
        if not self._settings.leader_elect:
            elected.set()
            return
        key = Key(namespace=self._settings.lease_namespace, name=LEASE)
        elector = LeaderElector(self._client, key, self._instance, clock=self._clock)
        await elector.run(elected.set, stop.set)

    async def _finish(self, reconciling: asyncio.Task[None]) -> None:
        """Let the reconciles under way end, and write the events that they recorded."""
        self._externals.stop()
        self._stores.stop()
        with suppress(TimeoutError):
            async with asyncio.timeout(STOP_SECONDS):
                if self._reconciles:
                    await asyncio.wait([reconciling], timeout=FINISH_SECONDS)
                await self._recorder.flush()

    def _controllers(self) -> tuple[Controller, Controller, Wakes]:
        settings, clock = self._settings, self._clock
        own = OwnIdentity(
            tenant_id=settings.tenant_id,
            client_id=settings.client_id,
            token_file=settings.token_file,
            usable_from=settings.own_identity_usable_from,
        )
        identities = Identities(self._caches.accounts, StoredSecrets(self._client, clock), own)
        directory = Directory(self._caches.stores, self._caches.namespaces, identities)
        observer = Observer(self._caches, self._client, self._reader, directory)
        applier = Applier(self._client, self._recorder, observer.note_status)
        external = Reconciler(observer, applier, clock, settings.controller_class)
        writer = Writer(client=self._client, recorder=self._recorder)
        store = StoreReconciler(directory, self._reader.clients, writer, clock, settings.controller_class)
        externals = _controller("externalsecret", external.reconcile, settings.concurrent)
        stores = _controller("secretstore", store.reconcile, STORE_WORKERS)
        wakes = Wakes(self._caches, directory, observer, externals, stores)
        wakes.connect()
        self._reader.on_change(wakes.on_change)
        return externals, stores, wakes

    def _health(self) -> HealthServer:
        registry = CollectorRegistry()
        registry.register(RequestCollector(lambda: self._reader.counters))
        registry.register(ConditionCollector(self._caches.externals))
        registry.register(FeedCollector(lambda: self._reader.activity, self._reader.feeds))
        if self._receiver is not None:
            receiver = self._receiver
            registry.register(DeliveryCollector(lambda: receiver.answers))
        ProcessCollector(registry=registry)
        health = HealthServer(registry)
        health.ready_when("caches", self._missing_caches)
        return health

    def _missing_caches(self) -> str:
        """Say what is not listed yet, and why it cannot be: a missing CustomResourceDefinition, a missing role."""
        waiting = [reflector for reflector in self._reflectors if not reflector.has_synced]
        reasons = dict.fromkeys(str(reflector.failing) for reflector in waiting if reflector.failing is not None)
        return "; ".join(reasons) or ("the first lists are under way" if waiting else "")


def _gate(events: EventSettings, session: aiohttp.ClientSession, clock: SystemClock) -> "Gate":
    from keyferry.sync.events import event_intake  # noqa: PLC0415  (few take events, and its libraries take memory)

    return event_intake.gate(events, session, clock, os.environ)


def _class_hints(client: Client, clock: SystemClock, namespace: str) -> "ClassHints":
    from keyferry.sync.events.class_hints import ClassHints  # noqa: PLC0415  (as above)

    return ClassHints(client, clock, namespace)


def _receiver(
    gate: "Gate",
    clock: SystemClock,
    reader: Reader,
    hear: "Iterable[Callable[[Hint], None]]",
    is_working: Callable[[], bool],
) -> "Receiver":
    from keyferry.sync.events import event_intake  # noqa: PLC0415  (as above)
    from keyferry.vault.events.receiver import Receiver  # noqa: PLC0415  (as above)

    def on_hint(hint: "Hint") -> None:
        for each in hear:
            each(hint)

    return Receiver(gate, clock, event_intake.wake(reader, on_hint), is_working)


def empty_caches() -> Caches:
    """Return caches with the indexes by which observe and wakes ask."""
    return Caches(
        externals=Store({TARGET_INDEX: _target, STORE_INDEX: _stores_of, CLUSTER_STORE_INDEX: _cluster_stores_of}),
        stores=Store({ACCOUNT_INDEX: _account}),
        accounts=Store(),
        namespaces=Store(),
        secrets=Store({CREATED_BY_INDEX: _creator}),
    )


def _target(_key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    return (external.target,)


def _stores_of(_key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    return external.stores


def _cluster_stores_of(key: Key, external: WatchedExternalSecret) -> Iterable[Hashable]:
    """Return who uses which cluster's store, as namespace and name: what changes in a namespace concerns it alone."""
    return (Key(namespace=key.namespace, name=store.name) for store in external.stores if not store.namespace)


def _account(_key: Key, store: WatchedStore) -> Iterable[Hashable]:
    return () if store.account is None else (store.account,)


def _creator(_key: Key, secret: LiveSecret) -> Iterable[Hashable]:
    return (secret.metadata.labels.get(CREATED_BY_LABEL, ""),)


def _reflectors(caches: Caches, client: Client, namespace: str) -> tuple[Reflector[Any], ...]:
    """Secrets by the label that every managed one carries; accounts and namespaces without what nobody asks for.

    Who serves one namespace needs no rights in the cluster, and so knows nothing of the cluster's stores.
    """
    everything = Selection(namespace=namespace)
    managed = Selection(namespace=namespace, label_selector=f"{MANAGED_LABEL}=true")
    metadata = Selection(namespace=namespace, metadata_only=True)
    of_the_cluster: tuple[Reflector[Any], ...] = (
        Reflector(client, CLUSTER_SECRET_STORES, wire.secret_store, caches.stores, selection=everything),
        Reflector(client, NAMESPACES, objects.partial, caches.namespaces, selection=metadata),
    )
    return (
        *(() if namespace else of_the_cluster),
        Reflector(client, SECRET_STORES, wire.secret_store, caches.stores, selection=everything),
        Reflector(client, SERVICE_ACCOUNTS, objects.partial, caches.accounts, selection=metadata),
        Reflector(client, SECRETS, wire.live_secret, caches.secrets, selection=managed),
        Reflector(client, EXTERNAL_SECRETS, wire.external_secret, caches.externals, selection=everything),
    )


def _controller(name: str, reconcile: Reconcile, workers: int) -> Controller:
    return Controller(name, reconcile, limits=Limits(workers=workers), backoff=Backoff(longest=LONGEST_BACKOFF))
