"""Secrets with credentials are read when they are used, once for a crowd, kept for a moment, and never shown."""

import asyncio
import base64
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SECRETS
from keyferry.model.errors import NotFound
from keyferry.spec.secret_store import SecretKey
from keyferry.sync.stores.stored_secrets import FAILURE_KEPT, KEPT, StoredSecrets
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld, Write
from tests.fakes.offset_clock import OffsetClock

ID = SecretKey(name="azure", key="id")
SECRET = SecretKey(name="azure", key="secret")
TLS = SecretKey(name="tls", key="p12")
BOTH = frozenset({ID, SECRET})
SECOND = timedelta(seconds=1)


class Cluster:
    """A cluster with Secrets, and how often one was read."""

    def __init__(self, api: FakeKubeApi, client: Client) -> None:
        self.api = api
        self.clock = OffsetClock()
        self.stored = StoredSecrets(client, self.clock)

    def put(self, name: str, namespace: str = "app", **data: str) -> None:
        encoded = {key: base64.b64encode(value.encode()).decode() for key, value in data.items()}
        document: dict[str, Any] = {"metadata": {"name": name, "namespace": namespace}, "data": encoded}
        key = Key(namespace=namespace, name=name)
        if self.api.world.stored(SECRETS, key) is None:
            self.api.world.seed(SECRETS, document)
        else:
            self.api.world.replace(SECRETS, key, self.api.world.get(SECRETS, key) | {"data": encoded}, Write())

    @property
    def reads(self) -> int:
        return self.api.verbs("secrets").count("get")


@pytest.fixture
async def cluster() -> AsyncIterator[Cluster]:
    world = KubeWorld(())
    for name in ("app", "web"):
        world.seed(NAMESPACES, {"metadata": {"name": name}})
    async with FakeKubeApi(world) as api, Client(api.config(), jitter=lambda: 0.0) as client:
        made = Cluster(api, client)
        made.put("azure", id="client", secret="hunter2", other="unasked")
        yield made


async def values(cluster: Cluster, keys: frozenset[SecretKey] = BOTH, namespace: str = "app") -> dict[str, bytes]:
    return {key.key: value.reveal() for key, value in (await cluster.stored.read(namespace, keys)).items()}


async def test_reads_the_keys_that_are_named_and_each_secret_once_for_a_crowd(cluster: Cluster) -> None:
    cluster.put("tls", p12="certificate")

    found = await asyncio.gather(*(values(cluster, BOTH | {TLS}) for _ in range(50)))

    assert all(one == {"id": b"client", "secret": b"hunter2", "p12": b"certificate"} for one in found)
    assert cluster.reads == 2


async def test_a_change_is_seen_after_a_moment(cluster: Cluster) -> None:
    await values(cluster)
    cluster.put("azure", id="client", secret="changed")
    cluster.clock.advance(KEPT - SECOND)
    assert (await values(cluster))["secret"] == b"hunter2"
    cluster.clock.advance(2 * SECOND)

    assert (await values(cluster))["secret"] == b"changed"
    assert cluster.reads == 2


@pytest.mark.parametrize(
    ("namespace", "reads"), [pytest.param("app", 2, id="its-own"), pytest.param("web", 1, id="of-another-namespace")]
)
async def test_is_read_anew_when_told(cluster: Cluster, namespace: str, reads: int) -> None:
    await values(cluster)
    cluster.stored.forget(namespace)
    await values(cluster)

    assert cluster.reads == reads


async def test_a_clock_that_was_set_back_keeps_nothing(cluster: Cluster) -> None:
    await values(cluster)
    cluster.clock.advance(-timedelta(hours=1))
    await values(cluster)

    assert cluster.reads == 2


async def test_a_namespace_reads_its_own_secret_of_one_name(cluster: Cluster) -> None:
    cluster.put("azure", "web", id="other", secret="web")

    assert (await values(cluster))["secret"] == b"hunter2"
    assert (await values(cluster, namespace="web"))["secret"] == b"web"


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        pytest.param(frozenset({TLS}), "Secret app/tls does not exist: a store reads", id="no-secret"),
        pytest.param(frozenset({SecretKey(name="azure", key="x")}), "app/azure has no key x", id="no-key"),
    ],
)
async def test_a_failure_is_asked_once_for_a_while_and_heals(
    cluster: Cluster, keys: frozenset[SecretKey], words: str
) -> None:
    for _ in range(3):
        with pytest.raises(NotFound, match=words) as caught:
            await values(cluster, keys)
        assert "hunter2" not in str(caught.value)
    assert cluster.reads == 1
    cluster.put("tls", p12="c")
    cluster.put("azure", x="c")
    cluster.clock.advance(FAILURE_KEPT + SECOND)

    assert await values(cluster, keys)


async def test_nothing_asked_is_nothing_read(cluster: Cluster) -> None:
    assert await values(cluster, frozenset()) == {}
    assert cluster.reads == 0


async def test_nothing_shows_a_value(cluster: Cluster) -> None:
    found = await cluster.stored.read("app", BOTH)
    assert "hunter2" not in f"{found!r} {vars(cluster.stored)}"


async def test_a_key_may_stand_in_another_namespace_and_everything_can_be_read_anew(cluster: Cluster) -> None:
    cluster.put("azure", "web", id="of-web")
    there = SecretKey(name="azure", key="id", namespace="web")
    found = await cluster.stored.read("app", frozenset({there, SECRET}))
    assert {key: value.reveal() for key, value in found.items()} == {there: b"of-web", SECRET: b"hunter2"}
    cluster.stored.forget("")
    await cluster.stored.read("app", frozenset({there, SECRET}))
    assert cluster.reads == 4
