"""ClusterExternalSecrets, namespaces and children as the watches would give them, and a stage on a fake API server."""

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from keyferry.kube.client import Client
from keyferry.kube.controller.loop import Result
from keyferry.kube.controller.store import Store
from keyferry.kube.events import Recorder
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.kube.wire.resources import EVENTS, NAMESPACES
from keyferry.sync import wire as sync_wire
from keyferry.sync.fanout import wire
from keyferry.sync.fanout.apply import Applier, Notes
from keyferry.sync.fanout.kinds import CLUSTER_EXTERNAL_SECRETS
from keyferry.sync.fanout.observe import Caches, Observer, child_name_index
from keyferry.sync.fanout.reconciler import FanoutReconciler
from keyferry.sync.fanout.state import WatchedFanout
from keyferry.sync.fanout.wakes import Wakes
from keyferry.sync.kinds import EXTERNAL_SECRETS
from keyferry.sync.state import WatchedExternalSecret
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import Json, KubeWorld, Write
from tests.fakes.offset_clock import OffsetClock

T = TypeVar("T")

KIND = CLUSTER_EXTERNAL_SECRETS
SHARED = Key(name="shared")
UID = "u-shared"
CHILD: dict[str, Any] = {
    "secretStoreRef": {"name": "kv", "kind": "ClusterSecretStore"},
    "data": [{"secretKey": "PASSWORD", "remoteRef": {"key": "db-password"}}],
}
EVERYWHERE: dict[str, Any] = {"namespaceSelectors": [{"matchLabels": {"env": "prod"}}]}
CES_MARK = "externalsecrets.external-secrets.io/ces-shared"


def document(spec: Mapping[str, Any] | None = None, status: Json | None = None, **metadata: Any) -> Json:
    """The ClusterExternalSecret `shared`, for namespaces with the label env=prod, with these deviations."""
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ClusterExternalSecret",
        "metadata": {"name": "shared", "uid": UID, "resourceVersion": "5", "generation": 1} | metadata,
        "spec": {"externalSecretSpec": CHILD} | EVERYWHERE | dict(spec or {}),
        "status": status or {},
    }


def watched(spec: Mapping[str, Any] | None = None, status: Json | None = None, **metadata: Any) -> WatchedFanout:
    """The same, as watched."""
    return wire.watched(KIND.spec)(json.dumps(document(spec, status, **metadata)).encode())


def namespace(name: str, env: str = "prod", **metadata: Any) -> PartialObject:
    """A namespace with the label env."""
    body = {"metadata": {"name": name, "labels": {"env": env}, "resourceVersion": "2"} | metadata}
    return objects.partial(json.dumps(body).encode())


def owned_by(name: str = "shared", uid: str = UID, api_version: str = "external-secrets.io/v1") -> list[Json]:
    """The controller reference to a ClusterExternalSecret."""
    return [
        {
            "apiVersion": api_version,
            "kind": "ClusterExternalSecret",
            "name": name,
            "uid": uid,
            "controller": True,
            "blockOwnerDeletion": True,
        }
    ]


def child(namespace_: str, spec: Mapping[str, Any] = CHILD, **metadata: Any) -> WatchedExternalSecret:
    """The child `shared` in a namespace, owned unless told."""
    own = {"name": "shared", "namespace": namespace_, "uid": f"u-{namespace_}", "resourceVersion": "3"}
    body = {"metadata": own | {"ownerReferences": owned_by()} | metadata, "spec": dict(spec)}
    return sync_wire.external_secret(json.dumps(body).encode())


@dataclass(slots=True)
class Stage:
    """One reconciler on a fake API server. Nothing in the caches moves but by `catch_up` or by the reconciler."""

    api: FakeKubeApi
    caches: Caches[WatchedExternalSecret]
    observer: Observer[WatchedExternalSecret]
    reconciler: FanoutReconciler
    recorder: Recorder
    clock: OffsetClock
    woken: list[Key]
    reconciler_client: Client

    @property
    def cluster(self) -> KubeWorld:
        """The cluster's storage."""
        return self.api.world

    def put(self, spec: Mapping[str, Any] | None = None, **metadata: Any) -> Json:
        """Add the ClusterExternalSecret `shared`."""
        return self.cluster.seed(KIND.resource, document(spec, **metadata))

    def namespace(self, name: str, env: str = "prod", **metadata: Any) -> None:
        """Add a namespace."""
        self.cluster.seed(NAMESPACES, {"metadata": {"name": name, "labels": {"env": env}} | metadata})

    def edit(self, spec: Mapping[str, Any] | None = None, **metadata: Any) -> None:
        """Change the ClusterExternalSecret; None removes a field."""
        found = self.cluster.get(KIND.resource, SHARED)
        for part, changes in (("spec", spec or {}), ("metadata", metadata)):
            found[part] = {name: value for name, value in (found[part] | changes).items() if value is not None}
        self.cluster.replace(KIND.resource, SHARED, found, Write())

    def catch_up(self) -> None:
        """Let the caches see the cluster as it is."""
        _fill(self.caches.namespaces, self.cluster.all_of(NAMESPACES), objects.partial)
        _fill(self.caches.children, self.cluster.all_of(EXTERNAL_SECRETS), sync_wire.external_secret)
        _fill(self.caches.fanouts, self.cluster.all_of(KIND.resource), wire.watched(KIND.spec))
        self.caches.fanouts.synced()

    async def reconcile(self, key: Key = SHARED) -> Result:
        """Reconcile with caches that know everything."""
        self.catch_up()
        return await self.reconciler.reconcile(key)

    def children(self) -> dict[str, Json]:
        """The ExternalSecrets of the cluster, by namespace/name."""
        found = self.cluster.all_of(EXTERNAL_SECRETS)
        return {f"{each['metadata']['namespace']}/{each['metadata']['name']}": each for each in found}

    def status(self) -> Json:
        """The object's status."""
        status: Json = self.cluster.get(KIND.resource, SHARED).get("status") or {}
        return status

    async def events(self) -> list[tuple[str, str]]:
        """Type and reason of the events recorded so far."""
        await self.recorder.flush()
        return [(event["type"], event["reason"]) for event in self.cluster.all_of(EVENTS)]


@asynccontextmanager
async def stage() -> AsyncIterator[Stage]:
    """Start it, with nothing but the namespace `default`."""
    cluster = KubeWorld((EXTERNAL_SECRETS, KIND.resource))
    clock = OffsetClock()
    async with FakeKubeApi(cluster) as api, Client(api.config(), jitter=lambda: 0.0) as client:
        caches: Caches[WatchedExternalSecret] = Caches(
            fanouts=Store(child_name_index()), namespaces=Store(), children=Store()
        )
        observer = Observer(KIND, caches)
        recorder = Recorder(client, "test", clock=clock)
        notes = Notes(
            made=lambda key: observer.note_made(key, clock.now()),
            patched=lambda seen, stored: observer.note_patched(seen, sync_wire.external_secret(stored)),
        )
        reconciler = FanoutReconciler(KIND, observer, Applier(KIND, client, recorder, notes), clock)
        woken: list[Key] = []
        Wakes(KIND, caches, observer, woken.append).connect()
        yield Stage(api, caches, observer, reconciler, recorder, clock, woken, client)
        await asyncio.sleep(0)


def _fill(store: Store[T], items: list[Json], decode: Callable[[bytes], T]) -> None:
    found = {
        Key(namespace=item["metadata"].get("namespace", ""), name=item["metadata"]["name"]): item for item in items
    }
    for gone in set(store.keys()) - set(found):
        store.deleted(gone)
    for key, item in found.items():
        value = decode(json.dumps(item).encode())
        if value != store.get(key):
            store.applied(key, value)
