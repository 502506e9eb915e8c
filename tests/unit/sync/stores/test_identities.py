"""Whom a store speaks as: found in the caches and in Secrets, and found anew when the store has changed."""

import base64
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest

from keyferry.kube.client import Client
from keyferry.kube.controller.store import Store
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key, PartialObject
from keyferry.kube.wire.resources import NAMESPACES, SECRETS
from keyferry.model.errors import NotFound
from keyferry.model.identity import ServicePrincipal, WorkloadIdentity
from keyferry.model.secrets import SecretValue
from keyferry.spec import secret_store
from keyferry.spec.secret_store import SecretStore
from keyferry.sync import wire
from keyferry.sync.stores.identities import Identities
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.stored_secrets import StoredSecrets
from tests.fakes.external_secrets import CLIENT, store
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld, Write
from tests.fakes.offset_clock import OffsetClock

READER = Key(namespace="app", name="reader")
AZURE = Key(namespace="app", name="azure")
KV = Key(namespace="app", name="kv")
PRINCIPAL: dict[str, Any] = {
    "authType": "ServicePrincipal",
    "authSecretRef": {
        "clientId": {"name": "azure", "key": "id"},
        "clientSecret": {"name": "azure", "key": "secret"},
    },
}


def parse(**provider: Any) -> SecretStore:
    watched = store(provider)
    return secret_store.parse(wire.spec_document(watched.metadata, watched.spec, "SecretStore"))


class Cluster:
    def __init__(self, api: FakeKubeApi, client: Client) -> None:
        self.api = api
        self.accounts: Store[PartialObject] = Store()
        stored = StoredSecrets(client, OffsetClock())
        self.identities = Identities(self.accounts, stored, OwnIdentity())

    def account(self) -> None:
        metadata = {
            "name": "reader",
            "namespace": "app",
            "annotations": {"azure.workload.identity/client-id": CLIENT},
        }
        self.accounts.applied(READER, objects.partial(json.dumps({"metadata": metadata}).encode()))


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    world = KubeWorld(())
    for name in ("app", "web"):
        world.seed(NAMESPACES, {"metadata": {"name": name}})
    async with FakeKubeApi(world) as api, Client(api.config(), jitter=lambda: 0.0) as client:
        yield Cluster(api, client)


async def test_finds_the_service_account_in_the_cache_and_asks_for_no_secret(cluster: Cluster) -> None:
    with pytest.raises(NotFound, match="app/reader"):
        await cluster.identities.of(parse())
    cluster.account()

    identity = await cluster.identities.of(parse())

    assert isinstance(identity, WorkloadIdentity)
    assert identity.client_id == CLIENT
    assert cluster.api.verbs() == []


async def test_an_identity_is_the_same_object_until_something_of_it_changes(cluster: Cluster) -> None:
    cluster.account()
    parsed = parse()
    first = await cluster.identities.of(parsed)
    assert await cluster.identities.of(parsed) is first
    assert await cluster.identities.of(parse()) == first
    cluster.accounts.deleted(READER)
    with pytest.raises(NotFound):
        await cluster.identities.of(parsed)
    cluster.account()
    assert await cluster.identities.of(parsed, "app") == first
    assert cluster.identities.changed(KV, "app") == frozenset()
    cluster.identities.left("app")
    assert cluster.identities.changed(KV) == {first}
    again = await cluster.identities.of(parsed)
    assert (again == first, again is first) == (True, False)


async def test_reads_a_stored_credential_and_reads_it_anew_when_the_store_has_changed(cluster: Cluster) -> None:
    def document(secret: str) -> dict[str, Any]:
        return {"metadata": {"name": "azure", "namespace": "app"}, "stringData": {"id": CLIENT, "secret": secret}}

    cluster.api.world.seed(SECRETS, with_data(document("old")))
    old = await cluster.identities.of(parse(**PRINCIPAL))
    cluster.api.world.replace(SECRETS, AZURE, with_data(document("new")), Write())
    assert await cluster.identities.of(parse(**PRINCIPAL)) == old

    assert cluster.identities.changed(KV) == {old}
    assert cluster.identities.changed(KV) == frozenset()
    new = await cluster.identities.of(parse(**PRINCIPAL))
    assert isinstance(new, ServicePrincipal)
    assert new.secret == SecretValue(b"new")


def with_data(document: dict[str, Any]) -> dict[str, Any]:
    data = {key: base64.b64encode(value.encode()).decode() for key, value in document.pop("stringData").items()}
    return document | {"data": data}


def of_the_cluster(**provider: Any) -> SecretStore:
    watched = store(provider, namespace="")
    return secret_store.parse(
        wire.spec_document(watched.metadata, watched.spec, "ClusterSecretStore"), "ClusterSecretStore"
    )


async def test_a_stored_credential_of_each_namespace_is_read_there(cluster: Cluster) -> None:
    for namespace in ("app", "web"):
        values = {"id": CLIENT, "secret": f"of-{namespace}"}
        document = {"metadata": {"name": "azure", "namespace": namespace}, "stringData": values}
        cluster.api.world.seed(SECRETS, with_data(document))
    given = of_the_cluster(**PRINCIPAL)

    identities = {name: await cluster.identities.of(given, name) for name in ("app", "web")}

    for name, identity in identities.items():
        assert isinstance(identity, ServicePrincipal)
        assert identity.secret == SecretValue(f"of-{name}".encode())
        assert identity.source.namespace == name
    assert cluster.identities.changed(Key(name="kv"), "web") == {identities["web"]}
    assert cluster.identities.changed(Key(name="kv")) == {identities["app"]}


async def test_a_stored_credential_of_one_namespace_serves_all_and_may_stand_in_two(cluster: Cluster) -> None:
    for namespace, values in (("app", {"id": CLIENT}), ("web", {"secret": "shared"})):
        document = {"metadata": {"name": "azure", "namespace": namespace}, "stringData": values}
        cluster.api.world.seed(SECRETS, with_data(document))
    named = {
        "clientId": {"name": "azure", "key": "id", "namespace": "app"},
        "clientSecret": {"name": "azure", "key": "secret", "namespace": "web"},
    }
    given = of_the_cluster(authType="ServicePrincipal", authSecretRef=named)

    first, second, own = [await cluster.identities.of(given, name) for name in ("app", "platform", "")]

    assert first == second == own
    assert isinstance(first, ServicePrincipal)
    assert str(first.source) == "Secret web/azure data.secret"
    assert cluster.identities.changed(Key(name="kv")) == {first}
