import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import GrantError, NotFound, SpecError
from keyferry.mount.cluster.classes import Classes
from keyferry.mount.cluster.kinds import CLASSES
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld
from tests.fakes.patience import patient

KEY = Key(namespace="default", name="db")
SPEC = {"provider": "azure", "parameters": {"keyvaultName": "kv-shop", "objects": "array: []"}}
CHANGED = "keyferry.io/changed"


class Scene:
    """Classes on a fake API server; what the callbacks heard stands in `heard`."""

    def __init__(self, api: FakeKubeApi, client: Client) -> None:
        self.api = api
        self.client = client
        self.classes = Classes(client)
        self.heard: list[str] = []
        self._news = asyncio.Event()
        self.classes.on_change(lambda key: self._hear(f"changed {key}"))
        self.classes.on_hint(lambda key, hint: self._hear(f"{key} {hint}"))

    def put(self, name: str = "db", spec: Any = None, **metadata: Any) -> None:
        meta = {"name": name, "namespace": "default", **metadata}
        self.api.world.seed(CLASSES, {"metadata": meta, "spec": SPEC if spec is None else spec})

    async def patch(self, document: bytes) -> None:
        await self.client.merge_patch(CLASSES, KEY, document)

    async def hint(self, text: str) -> None:
        await self.patch(b'{"metadata":{"annotations":{"%s":"%s"}}}' % (CHANGED.encode(), text.encode()))

    async def until(self, *heard: str) -> None:
        async with patient():
            while not set(heard) <= set(self.heard):
                self._news.clear()
                await self._news.wait()

    def _hear(self, news: str) -> None:
        self.heard.append(news)
        self._news.set()


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    async with FakeKubeApi(KubeWorld(whole=(CLASSES,))) as api, Client(api.config()) as client:
        yield Scene(api, client)


@pytest.fixture
async def watched(scene: Scene) -> AsyncIterator[Scene]:
    """The scene with a class in it, and its watch under way."""
    scene.put()
    task = asyncio.create_task(scene.classes.run())
    await scene.until("changed default/db")
    await scene.api.until(lambda: bool(scene.api.streams))
    scene.heard.clear()
    yield scene
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_watched_class_costs_no_request(watched: Scene) -> None:
    before = len(watched.api.seen)
    assert (await watched.classes.find("default", "db")).provider == "azure"
    assert len(watched.api.seen) == before


async def test_one_that_the_watch_has_not_brought_is_asked_for(scene: Scene) -> None:
    scene.put()
    assert (await scene.classes.find("default", "db")).parameters == SPEC["parameters"]
    assert scene.api.verbs() == ["get"]


async def test_one_that_is_missing_is_told_in_upstreams_words(watched: Scene) -> None:
    with pytest.raises(NotFound) as refusal:
        await watched.classes.find("default", "absent")
    assert str(refusal.value).startswith("failed to get secretproviderclass default/absent")
    assert "not found" in str(refusal.value)
    assert refusal.value.remedy


async def test_one_that_is_missing_is_asked_for_once_in_a_while_until_it_comes(watched: Scene) -> None:
    before = len(watched.api.seen)
    for _ in range(5):
        with pytest.raises(NotFound, match="default/late"):
            await watched.classes.find("default", "late")
    assert len(watched.api.seen) == before + 1
    watched.put("late")
    await watched.until("changed default/late")
    assert (await watched.classes.find("default", "late")).name == "late"


async def test_an_absence_is_believed_for_a_time_alone(scene: Scene) -> None:
    classes = Classes(scene.client, absent=timedelta(0))
    for _ in range(2):
        with pytest.raises(NotFound):
            await classes.find("default", "late")
    assert scene.api.verbs() == ["get", "get"]


async def test_a_definition_that_is_missing_is_told(scene: Scene) -> None:
    scene.api.world.served.clear()
    with pytest.raises(NotFound) as refusal:
        await scene.classes.find("default", "db")
    assert str(refusal.value).startswith("failed to get secretproviderclass default/db: not found: ")
    assert "definition of SecretProviderClass is installed" in str(refusal.value)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        pytest.param(Fault(status=403, reason="Forbidden"), GrantError, id="forbidden"),
        pytest.param(Fault(status=200, body=b"[]"), SpecError, id="no-object"),
    ],
)
async def test_other_refusals_are_told_as_they_are(scene: Scene, fault: Fault, error: type[Exception]) -> None:
    scene.api.faults.append(fault)
    with pytest.raises(error):
        await scene.classes.find("default", "db")


async def test_a_class_that_is_wrong_says_so_to_who_asks_and_stops_no_other(watched: Scene) -> None:
    watched.put("broken", {"provider": "az/ure"})
    await watched.until("changed default/broken")
    with pytest.raises(SpecError) as refusal:
        await watched.classes.find("default", "broken")
    assert "SecretProviderClass default/broken is invalid" in str(refusal.value)
    assert (await watched.classes.find("default", "db")).name == "db"


async def test_an_edit_and_the_end_of_a_class_are_told(watched: Scene) -> None:
    await watched.patch(b'{"spec":{"parameters":{"tenantID":"t"}}}')
    await watched.until("changed default/db")
    assert (await watched.classes.find("default", "db")).parameters["tenantID"] == "t"
    watched.heard.clear()
    watched.api.world.remove(CLASSES, KEY)
    await watched.until("changed default/db")


async def test_a_hint_is_told_once_and_is_no_change_of_the_class(watched: Scene) -> None:
    await watched.hint("secrets/db@5")
    await watched.until("default/db secrets/db@5")
    await watched.hint("keys/api@6,secrets/db@5")
    await watched.until("default/db keys/api@6")
    assert watched.heard == ["default/db secrets/db@5", "default/db keys/api@6"]


async def test_hints_from_before_are_old(scene: Scene) -> None:
    scene.put(annotations={CHANGED: "secrets/db@5"})
    task = asyncio.create_task(scene.classes.run())
    await scene.until("changed default/db")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert scene.heard == ["changed default/db"]
