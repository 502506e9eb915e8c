"""The API servers that the suite runs on: the fake in memory, and the lab over HTTPS."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path

import msgspec
import pytest

from keyferry.kube import config
from keyferry.kube.client import Client
from keyferry.kube.config import ClusterConfig
from keyferry.kube.wire.resources import CUSTOM_RESOURCE_DEFINITIONS, Resource
from keyferry.lab.serve.authority import Authority
from keyferry.lab.serve.kubernetes import KubernetesServer
from keyferry.model.secrets import SecretValue
from keyferry.runtime.clock import SystemClock
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld

WIDGETS = Resource(group="example.org", version="v1", plural="widgets", kind="Widget")
GADGETS = Resource(group="example.org", version="v1", plural="gadgets", kind="Gadget")  # served by nobody
_OPEN = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}
_WIDGET_DEFINITION = {
    "apiVersion": "apiextensions.k8s.io/v1",
    "kind": "CustomResourceDefinition",
    "metadata": {"name": "widgets.example.org"},
    "spec": {
        "group": "example.org",
        "scope": "Namespaced",
        "names": {"plural": "widgets", "singular": "widget", "kind": "Widget", "listKind": "WidgetList"},
        "versions": [
            {
                "name": "v1",
                "served": True,
                "storage": True,
                "subresources": {"status": {}},
                "schema": {"openAPIV3Schema": {"type": "object", "properties": {"spec": _OPEN, "status": _OPEN}}},
            },
        ],
    },
}


@dataclass(frozen=True)
class Cluster:
    """An API server that has the namespace `default` and serves `WIDGETS`."""

    config: ClusterConfig
    forget_history: Callable[[], None]  # versions before now expire


async def _fake() -> AsyncIterator[Cluster]:
    world = KubeWorld(served=(WIDGETS,))
    async with FakeKubeApi(world, token="right") as api:
        yield Cluster(api.config(SecretValue(b"right")), world.compact)


async def _lab(folder: Path) -> AsyncIterator[Cluster]:
    now = SystemClock().now
    server = KubernetesServer("https://issuer.lab.test", Authority(now()), now)
    await server.open()
    file = folder / "kubeconfig"
    file.write_text(server.kubeconfig())
    loaded = config.load(file)
    async with Client(loaded) as client:
        await client.create(CUSTOM_RESOURCE_DEFINITIONS, "", msgspec.json.encode(_WIDGET_DEFINITION))
    store = server.api.store
    try:
        yield Cluster(loaded, lambda: store.compact(store.revision))
    finally:
        await server.close()


@pytest.fixture(params=["fake", "lab"])
async def cluster(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Cluster]:
    """Each of them in turn."""
    async for each in _fake() if request.param == "fake" else _lab(tmp_path):
        yield each


@pytest.fixture
async def client(cluster: Cluster) -> AsyncIterator[Client]:
    """A client of it."""
    async with Client(cluster.config, field_manager="suite") as opened:
        yield opened
