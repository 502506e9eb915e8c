import secrets
import uuid
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import pytest_asyncio

from keyferry.kube.client import Client
from keyferry.kube.wire.resources import NAMESPACES
from keyferry.model.errors import KeyferryError, NotFound, SpecError, Where
from keyferry.spec.generators.acr import AcrAccessToken
from keyferry.sync.generators import kinds
from keyferry.sync.generators.generate import ForeignGenerator, Generators
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld

ACR = {
    "registry": "example.azurecr.io",
    "auth": {"workloadIdentity": {"serviceAccountRef": {"name": "puller"}}},
}


@dataclass(frozen=True)
class Reference:
    kind: str
    name: str = "x"
    api_version: str = "generators.external-secrets.io/v1alpha1"


@dataclass
class FakeLogins:
    asked: list[tuple[str, str, Where]] = field(default_factory=list)

    async def login(self, wanted: AcrAccessToken, namespace: str, where: Where) -> Mapping[str, bytes]:
        self.asked.append((wanted.registry, namespace, where))
        return {"username": b"u", "password": b"p"}


@dataclass
class World:
    cluster: KubeWorld
    logins: FakeLogins
    generators: Generators

    def put(self, kind: str, spec: Mapping[str, Any], namespace: str = "app") -> None:
        metadata = {"name": "x"} | ({"namespace": namespace} if namespace else {})
        self.cluster.seed(kinds.RESOURCES[kind], {"metadata": metadata, "spec": dict(spec)})

    async def generate(self, kind: str, namespace: str = "app") -> Mapping[str, bytes]:
        return await self.generators.generate(Reference(kind), namespace)


@pytest_asyncio.fixture
async def world() -> AsyncIterator[World]:
    cluster = KubeWorld(kinds.RESOURCES.values())
    cluster.seed(NAMESPACES, {"metadata": {"name": "app"}})
    async with FakeKubeApi(cluster) as api, Client(api.config()) as client:
        logins = FakeLogins()
        yield World(cluster, logins, Generators(client, logins, secrets, "default"))


async def test_a_password_is_another_one_each_time(world: World) -> None:
    world.put("Password", {"length": 20})
    first, second = await world.generate("Password"), await world.generate("Password")
    assert (len(first["password"]), first == second) == (20, False)


async def test_a_uuid_is_of_version_4(world: World) -> None:
    world.put("UUID", {})
    assert uuid.UUID((await world.generate("UUID"))["uuid"].decode()).version == 4


async def test_a_fake_gives_what_it_says(world: World) -> None:
    world.put("Fake", {"controller": "default", "data": {"user": "app"}})
    assert await world.generate("Fake") == {"user": b"app"}


async def test_a_registry_is_asked_for_the_namespace_that_asks(world: World) -> None:
    world.put("ACRAccessToken", ACR)
    assert await world.generate("ACRAccessToken") == {"username": b"u", "password": b"p"}
    assert world.logins.asked == [
        ("example.azurecr.io", "app", Where(kind="ACRAccessToken", namespace="app", name="x"))
    ]


async def test_a_cluster_generator_serves_any_namespace(world: World) -> None:
    world.put("ClusterGenerator", {"kind": "ACRAccessToken", "generator": {"acrAccessTokenSpec": ACR}}, namespace="")
    await world.generate("ClusterGenerator")
    assert world.logins.asked == [("example.azurecr.io", "app", Where(kind="ClusterGenerator", name="x"))]


@pytest.mark.parametrize(
    ("kind", "spec", "error"),
    [
        pytest.param("Password", None, NotFound, id="absent"),
        pytest.param("Password", {"length": 3, "digits": 9}, SpecError, id="invalid"),
        pytest.param("Fake", {"controller": "other", "data": {"a": "b"}}, ForeignGenerator, id="another-operators"),
        pytest.param("Webhook", None, SpecError, id="a-kind-of-upstreams"),
    ],
)
async def test_refusals(world: World, kind: str, spec: dict[str, Any] | None, error: type[KeyferryError]) -> None:
    if spec is not None:
        world.put(kind, spec)
    with pytest.raises(error):
        await world.generate(kind)


async def test_a_namespace_sees_its_own_generators_alone(world: World) -> None:
    world.put("Fake", {"data": {"user": "app"}})
    with pytest.raises(NotFound):
        await world.generate("Fake", namespace="default")
