"""What sync stands on: a fake API server, fake Azure, and caches that know what a test lets them know."""

import asyncio
import base64
import json
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import pytest
from azure.keyvault.secrets._shared import http_challenge_cache

from keyferry.identity.federation import FederatedCredential, audiences_of
from keyferry.kube.client import Client
from keyferry.kube.controller.loop import Result
from keyferry.kube.controller.store import Store
from keyferry.kube.events import Recorder
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, NAMESPACES, SECRETS, SERVICE_ACCOUNTS, Resource
from keyferry.model.identity import ServiceAccountRef
from keyferry.model.wellknown import CLIENT_ID_ANNOTATION, MANAGED_LABEL, USABLE_FROM_ANNOTATION
from keyferry.sync import wire
from keyferry.sync.apply import Applier
from keyferry.sync.delivery import empty_caches
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.observe import Caches, Observer
from keyferry.sync.reconciler import Habits, Reconciler
from keyferry.sync.stores.directory import Directory
from keyferry.sync.stores.identities import Identities
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.stored_secrets import StoredSecrets
from keyferry.sync.template_sources import TemplateSources
from keyferry.vault.reader import Reader
from tests.fakes import external_secrets, vault_world
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import Json, KubeWorld, Write
from tests.fakes.patience import PATIENCE
from tests.fakes.token_source import ISSUER
from tests.fakes.vault_world import CLIENT, TENANT, VAULT_HOST

T = TypeVar("T")

DB = Key(namespace="app", name="db")
KV = Key(namespace="app", name="kv")
OTHER_CLIENT = "dddddddd-0000-0000-0000-000000000004"
AZURE: Json = {
    "authType": "WorkloadIdentity",
    "tenantId": TENANT,
    "vaultUrl": f"https://{VAULT_HOST}",
    "serviceAccountRef": {"name": "reader"},
}


@dataclass(slots=True)
class SyncWorld:
    """The pieces. Nothing in the caches moves but by `catch_up`, or by what is written through the observer."""

    azure: vault_world.World
    api: FakeKubeApi
    client: Client
    caches: Caches
    reader: Reader
    directory: Directory
    observer: Observer
    recorder: Recorder
    reconciler: Reconciler

    @property
    def cluster(self) -> KubeWorld:
        """The cluster's storage."""
        return self.api.world

    def account(
        self, name: str = "reader", client: str = CLIENT, namespace: str = "app", usable_from: str = ""
    ) -> None:
        """Add a ServiceAccount whose tokens Entra trades for `client`."""
        annotations = {CLIENT_ID_ANNOTATION: client} | ({USABLE_FROM_ANNOTATION: usable_from} if usable_from else {})
        metadata = {"name": name, "namespace": namespace, "annotations": annotations}
        self.cluster.seed(SERVICE_ACCOUNTS, {"metadata": metadata})
        account = ServiceAccountRef(namespace=namespace, name=name)
        self.azure.tokens.accounts.add(account)
        trust = FederatedCredential(
            name=name,
            issuer=ISSUER,
            subject=f"system:serviceaccount:{namespace}:{name}",
            audiences=audiences_of("PublicCloud"),
        )
        self.azure.azure.identities[TENANT].setdefault(client, []).append(trust)

    def store(self, name: str = "kv", namespace: str = "app", controller: str = "", **provider: Any) -> Json:
        """Add a SecretStore that uses the ServiceAccount `reader` and the vault kv-prod."""
        spec: Json = {"provider": {"azurekv": AZURE | provider}} | ({"controller": controller} if controller else {})
        return self.cluster.seed(SECRET_STORES, {"metadata": {"name": name, "namespace": namespace}, "spec": spec})

    def cluster_store(self, name: str = "shared", conditions: Sequence[Json] = (), **provider: Any) -> Json:
        """Add a ClusterSecretStore that uses the ServiceAccount `reader` of each namespace and the vault kv-prod."""
        spec: Json = {"provider": {"azurekv": AZURE | provider}, "conditions": list(conditions)}
        return self.cluster.seed(CLUSTER_SECRET_STORES, {"metadata": {"name": name}, "spec": spec})

    def external(self, spec: Mapping[str, Any] | None = None, **metadata: Any) -> Json:
        """Add the ExternalSecret app/db, with these deviations."""
        return self.cluster.seed(EXTERNAL_SECRETS, external_secrets.document(spec, **metadata))

    def edit(self, resource: Resource, key: Key, change: Callable[[Json], None]) -> Json:
        """Change an object as its owner would; the caches do not know yet."""
        document = self.cluster.get(resource, key)
        change(document)
        return self.cluster.replace(resource, key, document, Write())

    def put(self, name: str, value: str) -> str:
        """Set a secret of the vault."""
        return self.azure.azure.put(VAULT_HOST, name, value)

    def catch_up(self) -> None:
        """Let the caches see the cluster as it is."""
        _fill(self.caches.externals, self.cluster.all_of(EXTERNAL_SECRETS), wire.external_secret)
        stores = [*self.cluster.all_of(SECRET_STORES), *self.cluster.all_of(CLUSTER_SECRET_STORES)]
        _fill(self.caches.stores, stores, wire.secret_store)
        _fill(self.caches.namespaces, self.cluster.all_of(NAMESPACES), objects.partial)
        _fill(self.caches.accounts, self.cluster.all_of(SERVICE_ACCOUNTS), objects.partial)
        managed = [item for item in self.cluster.all_of(SECRETS) if _labels(item).get(MANAGED_LABEL) == "true"]
        _fill(self.caches.secrets, managed, wire.live_secret)

    async def reconcile(self, key: Key = DB) -> Result:
        """Reconcile with caches that know everything."""
        self.catch_up()
        return await self.reconciler.reconcile(key)

    def data(self, key: Key = DB) -> dict[str, str] | None:
        """The values of a Secret in the cluster; None when there is none."""
        stored = self.cluster.stored(SECRETS, key)
        if stored is None:
            return None
        return {name: base64.b64decode(value).decode() for name, value in (stored.get("data") or {}).items()}

    def ready(self, resource: Resource = EXTERNAL_SECRETS, key: Key = DB) -> tuple[str, str, str]:
        """Status, reason and message of an object's Ready condition."""
        status = self.cluster.get(resource, key).get("status") or {}
        for condition in status.get("conditions", []):
            if condition["type"] == "Ready":
                return condition["status"], condition["reason"], condition["message"]
        return "", "", ""

    async def events(self) -> list[tuple[str, str]]:
        """Type and reason of the events recorded so far, in their order."""
        await self.recorder.flush()
        found = sorted(self.cluster.all_of(EVENTS), key=lambda event: int(event["metadata"]["resourceVersion"]))
        return [(event["type"], event["reason"]) for event in found]


@asynccontextmanager
async def sync_world(folder: Path, environment: pytest.MonkeyPatch) -> AsyncIterator[SyncWorld]:
    """Start it all: the namespace app, nothing in it, and a vault that `CLIENT` may list and read."""
    http_challenge_cache.clear()  # the vendor keeps challenges for the whole process
    environment.setenv(
        "SSL_CERT_FILE", str(folder / "fake-ca.pem")
    )  # and not the machine's bundle: it takes 50 ms to read
    cluster = KubeWorld((EXTERNAL_SECRETS, SECRET_STORES, CLUSTER_SECRET_STORES))
    for name in ("app", "web", "platform"):
        cluster.seed(NAMESPACES, {"metadata": {"name": name}})
    async with vault_world.vault_world(folder, environment) as azure, FakeKubeApi(cluster) as api:
        azure.grant()
        async with Client(api.config(), clock=azure.clock, jitter=lambda: 0.0) as client:
            reader = Reader(azure.credentials, azure.session, azure.clock, first_seconds=PATIENCE)
            caches = empty_caches()
            identities = Identities(caches.accounts, StoredSecrets(client, azure.clock), OwnIdentity())
            directory = Directory(caches.stores, caches.namespaces, identities)
            sources = TemplateSources(client)
            observer = Observer(caches, client, reader, directory, sources)
            recorder = Recorder(client, "test", clock=azure.clock)
            applier = Applier(client, recorder, observer.note_status)
            reconciler = Reconciler(observer, applier, azure.clock, Habits())
            yield SyncWorld(azure, api, client, caches, reader, directory, observer, recorder, reconciler)
            await reader.aclose()
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


def _labels(item: Json) -> dict[str, str]:
    labels: dict[str, str] = item["metadata"].get("labels") or {}
    return labels
