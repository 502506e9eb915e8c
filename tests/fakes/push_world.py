"""What pushing stands on: a fake API server, vaults that remember, and caches that know what a test lets them know."""

import base64
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from keyferry.kube.client import Client
from keyferry.kube.controller.loop import Result
from keyferry.kube.controller.store import Store
from keyferry.kube.events import Recorder
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, NAMESPACES, SECRETS
from keyferry.spec.push_status import PushSecretStatus
from keyferry.spec.sources import GeneratorRef
from keyferry.sync import wire as store_wire
from keyferry.sync.generators.generate import ForeignGenerator
from keyferry.sync.kinds import PUSH_SECRETS, SECRET_STORES
from keyferry.sync.push import wakes, wire
from keyferry.sync.push.apply import Applier
from keyferry.sync.push.carrier import Carrier
from keyferry.sync.push.observe import Caches, Observer
from keyferry.sync.push.reconciler import Reconciler
from keyferry.sync.push.templates import Templates
from keyferry.sync.template_sources import TemplateSources
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import Json, KubeWorld, Write
from tests.fakes.offset_clock import OffsetClock
from tests.fakes.push_secrets import PUSH, FakeStores, FakeVaults, document

SOURCE = Key(namespace="app", name="source")


class FakeGenerators:
    """Makes up the same each time."""

    async def generate(self, reference: GeneratorRef, namespace: str) -> Mapping[str, bytes]:
        if reference.name == "foreign":
            raise ForeignGenerator(what="another operator's")
        return {"k": f"{reference.kind} {reference.name} of {namespace}".encode()}


@dataclass(slots=True, kw_only=True)
class PushWorld:
    """The pieces. Nothing in the caches moves but by `catch_up`, or by what the reconciler writes."""

    cluster: KubeWorld
    client: Client
    clock: OffsetClock
    caches: Caches
    vaults: FakeVaults
    stores: FakeStores
    observer: Observer
    recorder: Recorder
    reconciler: Reconciler

    def secret(self, name: str = "source", labels: Mapping[str, str] | None = None, **data: bytes) -> None:
        """Create or replace a Secret."""
        key = Key(namespace="app", name=name)
        content = {key: base64.b64encode(value).decode() for key, value in data.items()}
        metadata = {"name": name, "namespace": "app", "labels": dict(labels or {})}
        if self.cluster.stored(SECRETS, key) is None:
            self.cluster.seed(SECRETS, {"metadata": metadata, "data": content})
        else:
            self.cluster.replace(SECRETS, key, {"metadata": metadata, "data": content}, Write())

    def store(self, name: str = "kv", **metadata: Any) -> None:
        """Add a SecretStore."""
        self.cluster.seed(SECRET_STORES, {"metadata": {"name": name, "namespace": "app", **metadata}, "spec": {}})

    def push(self, spec: Mapping[str, Any] | None = None, **more: Any) -> None:
        """Add the PushSecret app/push, with these deviations, or replace its spec."""
        made = document(spec, **more)
        if self.cluster.stored(PUSH_SECRETS, PUSH) is None:
            del made["metadata"]["uid"], made["metadata"]["resourceVersion"]
            self.cluster.seed(PUSH_SECRETS, made)
            return
        stored = self.cluster.get(PUSH_SECRETS, PUSH)
        stored["spec"] = made["spec"]
        self.cluster.replace(PUSH_SECRETS, PUSH, stored, Write())

    def catch_up(self) -> None:
        """Let the caches see the cluster as it is."""
        _fill(self.caches.pushes, self.cluster.all_of(PUSH_SECRETS), wire.push_secret)
        _fill(self.caches.stores, self.cluster.all_of(SECRET_STORES), store_wire.secret_store)
        _fill(self.caches.sources, self.cluster.all_of(SECRETS), wire.source)
        self.caches.sources.synced()

    async def reconcile(self) -> Result:
        """One turn with caches that know everything."""
        self.catch_up()
        return await self.reconciler.reconcile(PUSH)

    def stored(self) -> Json | None:
        """The PushSecret as the cluster has it."""
        return self.cluster.stored(PUSH_SECRETS, PUSH)

    def status(self) -> PushSecretStatus:
        """Its status."""
        return PushSecretStatus.read(self.cluster.get(PUSH_SECRETS, PUSH))

    def ready(self) -> tuple[str, str, str]:
        """Status, reason and message of its condition."""
        found = self.status().conditions
        return (found[0].status, found[0].reason, found[0].message) if found else ("", "", "")

    async def events(self) -> list[tuple[str, str]]:
        """Type and reason of the events recorded so far, in their order."""
        await self.recorder.flush()
        found = sorted(self.cluster.all_of(EVENTS), key=lambda event: int(event["metadata"]["resourceVersion"]))
        return [(event["type"], event["reason"]) for event in found]

    def later(self, **time: float) -> None:
        """Let time pass."""
        self.clock.advance(timedelta(**time))


@asynccontextmanager
async def push_world() -> AsyncIterator[PushWorld]:
    """Start it: the namespace app, the store kv and the Secret source with k=v."""
    cluster = KubeWorld((PUSH_SECRETS, SECRET_STORES))
    cluster.seed(NAMESPACES, {"metadata": {"name": "app"}})
    clock = OffsetClock()
    async with FakeKubeApi(cluster) as api, Client(api.config(), clock=clock, jitter=lambda: 0.0) as client:
        vaults, stores = FakeVaults(), FakeStores()
        pushes = wakes.empty_pushes()
        caches = wakes.caches(pushes, Store())
        observer = Observer(caches, client, stores, FakeGenerators())
        recorder = Recorder(client, "test", clock=clock)
        applier = Applier(client, recorder, observer.note_status)
        carrier = Carrier(stores, vaults, lambda _ref: None)
        reconciler = Reconciler(observer, Templates(TemplateSources(client), clock), carrier, applier, clock, "default")
        world = PushWorld(
            cluster=cluster,
            client=client,
            clock=clock,
            caches=caches,
            vaults=vaults,
            stores=stores,
            observer=observer,
            recorder=recorder,
            reconciler=reconciler,
        )
        world.store()
        world.secret(k=b"v")
        yield world


def _fill(store: Any, items: list[Json], decode: Any) -> None:
    found = {Key(namespace=item["metadata"]["namespace"], name=item["metadata"]["name"]): item for item in items}
    for gone in set(store.keys()) - set(found):
        store.deleted(gone)
    for key, item in found.items():
        value = decode(json.dumps(item).encode())
        if value != store.get(key):
            store.applied(key, value)
