import asyncio
from collections.abc import AsyncIterator

import pytest

from keyferry.kube.client import Client
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, NAMESPACES, SECRETS
from keyferry.model.errors import NotFound
from keyferry.model.secrets import SecretValue
from keyferry.sync import template_sources
from keyferry.sync.state import Unread
from keyferry.sync.template_sources import Source, TemplateSources
from tests.fakes.kube_api import FakeKubeApi
from tests.fakes.kube_world import KubeWorld, Write

WEB = Key(namespace="app", name="web")
MAP: Source = ("ConfigMap", WEB)
SECRET: Source = ("Secret", WEB)


class Stage:
    def __init__(self, api: FakeKubeApi, sources: TemplateSources) -> None:
        self.api = api
        self.world = api.world
        self.sources = sources
        self.heard: asyncio.Queue[Source] = asyncio.Queue()
        sources.on_change(self.heard.put_nowait)

    def write(self, text: str) -> None:
        document = self.world.get(CONFIG_MAPS, WEB)
        document["data"] = {"t": text}
        self.world.replace(CONFIG_MAPS, WEB, document, Write())

    def gets(self) -> int:
        return self.api.verbs("configmaps").count("get")


@pytest.fixture
def limit_bytes() -> int:
    """Of the content that is kept."""
    return template_sources.LIMIT_BYTES


@pytest.fixture
async def stage(limit_bytes: int) -> AsyncIterator[Stage]:
    world = KubeWorld()
    world.seed(NAMESPACES, {"metadata": {"name": "app"}})
    metadata = {"name": "web", "namespace": "app"}
    world.seed(CONFIG_MAPS, {"metadata": metadata, "data": {"t": "one"}})
    world.seed(SECRETS, {"metadata": metadata, "data": {"t": "b25l"}})
    async with FakeKubeApi(world) as api, Client(api.config()) as client:
        sources = TemplateSources(client, limit_bytes=limit_bytes)
        watching = asyncio.create_task(sources.watch())
        yield Stage(api, sources)
        watching.cancel()
        await asyncio.wait([watching])


async def synced(stage: Stage, source: Source) -> None:
    """Wait until the watch knows the object."""
    stage.sources.need(source)
    while stage.sources.version(source) is None:  # noqa: ASYNC110  (a cache tells no event of its own)
        await asyncio.sleep(0)


@pytest.mark.parametrize("source", [MAP, SECRET])
async def test_reads_by_name(stage: Stage, source: Source) -> None:
    assert await stage.sources.read(source) == {"t": SecretValue(b"one")}


async def test_what_is_not_there_is_data(stage: Stage) -> None:
    read = await stage.sources.read(("ConfigMap", Key(namespace="app", name="gone")))
    assert isinstance(read, Unread)
    assert isinstance(read.error, NotFound)


async def test_a_config_map_whose_version_stays_is_read_once(stage: Stage) -> None:
    await synced(stage, MAP)
    first = await stage.sources.read(MAP)
    assert await stage.sources.read(MAP) is first
    assert stage.gets() == 1


async def test_without_a_watch_each_read_asks(stage: Stage) -> None:
    await stage.sources.read(MAP)
    await stage.sources.read(MAP)
    assert stage.gets() == 2


async def test_a_secrets_values_are_not_kept(stage: Stage) -> None:
    await synced(stage, SECRET)
    await stage.sources.read(SECRET)
    await stage.sources.read(SECRET)
    assert stage.api.verbs("secrets").count("get") == 2


async def test_a_change_is_told_and_the_next_read_is_new(stage: Stage) -> None:
    await synced(stage, MAP)
    await stage.sources.read(MAP)
    stage.write("two")
    assert await stage.heard.get() == MAP
    assert await stage.sources.read(MAP) == {"t": SecretValue(b"two")}


async def test_what_was_missing_and_comes_is_told_and_what_goes_too(stage: Stage) -> None:
    await synced(stage, MAP)
    late: Source = ("ConfigMap", Key(namespace="app", name="late"))
    await stage.sources.read(late)
    stage.world.seed(CONFIG_MAPS, {"metadata": {"name": "late", "namespace": "app"}, "data": {}})
    assert await stage.heard.get() == late
    await stage.sources.read(late)
    stage.world.remove(CONFIG_MAPS, late[1])
    assert await stage.heard.get() == late


async def test_a_change_that_nobody_has_read_yet_is_told_too(stage: Stage) -> None:
    await synced(stage, MAP)
    stage.write("two")
    assert await stage.heard.get() == MAP


async def test_what_exists_when_the_watch_begins_is_no_change(stage: Stage) -> None:
    await stage.sources.read(MAP)
    await synced(stage, MAP)
    assert stage.heard.empty()


@pytest.mark.parametrize("limit_bytes", [3])
async def test_what_is_kept_is_bounded(stage: Stage) -> None:
    await synced(stage, MAP)
    await stage.sources.read(MAP)
    await stage.sources.read(MAP)
    assert stage.gets() == 2
