"""An event's way from the operator to a node, over the lab's API server and an annotation."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion
from keyferry.mount.cluster.classes import Classes
from keyferry.mount.cluster.kinds import CLASSES
from keyferry.runtime.clock import SystemClock
from keyferry.sync.events.class_hints import ClassHints
from keyferry.vault.events.hints import Hint
from tests.fakes.node_cluster import NodeCluster
from tests.fakes.patience import patient

VERSION = SecretVersion("0a" * 16)
OBJECTS = 'array:\n- "objectName: db-password\\nobjectType: secret"\n'
SPEC = {"provider": "azure", "parameters": {"keyvaultName": "KV-Shop", "objects": OBJECTS}}


class Scene:
    """An operator's hints and a node's classes on one cluster; what the node heard stands in `heard`."""

    def __init__(self, cluster: NodeCluster) -> None:
        self.cluster = cluster
        self.hints = ClassHints(cluster.admin, SystemClock())
        self.classes = Classes(cluster.node)
        self.heard: list[tuple[str, str, str]] = []
        self.changed: list[Key] = []
        self.classes.on_change(self.changed.append)
        self.classes.on_hint(lambda key, hint: self.heard.append((str(key), hint.name, hint.version)))

    def tell(self, name: str) -> None:
        hint = Hint(vault="kv-shop", kind=ObjectKind.SECRET, name=SecretName(name), version=VERSION)
        self.hints.heard(hint)

    async def until_heard(self, name: str) -> None:
        """Tell of `name` until the node hears of it: the watches may still be under way."""
        async with patient():
            while not self.heard:
                self.tell(name)
                await self._soon()

    async def until_changed(self) -> None:
        async with patient():
            while not self.changed:
                await self._soon()

    async def _soon(self) -> None:
        """Return after a round trip, during which others work."""
        await self.cluster.read(CLASSES, "db")


@pytest.fixture
async def scene(cluster: NodeCluster) -> AsyncIterator[Scene]:
    await cluster.create(CLASSES, {"metadata": {"name": "db"}, "spec": SPEC})
    made = Scene(cluster)
    tasks = [asyncio.create_task(made.hints.run()), asyncio.create_task(made.classes.run())]
    await made.until_changed()
    yield made
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


async def test_a_node_hears_of_what_a_class_names_and_the_class_stays_the_same(scene: Scene) -> None:
    before = await scene.classes.find("app", "db")
    await scene.until_heard("db-password")
    assert scene.heard[0] == ("app/db", "db-password", VERSION)
    assert await scene.classes.find("app", "db") == before
    assert scene.changed == [Key(namespace="app", name="db")], "as it came first, and never again"
