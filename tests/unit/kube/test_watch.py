import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from structlog.testing import capture_logs

from keyferry.kube.client import Client, Selection
from keyferry.kube.watch import Pace, Reflector
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS
from keyferry.model.errors import SpecError
from tests.fakes.kube_api import FakeKubeApi, Fault
from tests.fakes.kube_world import KubeWorld
from tests.fakes.patience import patient

QUICK = Pace(
    timeout=timedelta(seconds=30),
    first_wait=timedelta(milliseconds=5),
    longest_wait=timedelta(milliseconds=20),
    shortest_watch=timedelta(milliseconds=1),
    page_size=2,
    jitter=lambda: 0.0,
)


class Config(msgspec.Struct, frozen=True):
    data: dict[str, str] = {}


class Journal:
    """A sink that writes down what it is told."""

    def __init__(self) -> None:
        self.told: list[str] = []
        self._news = asyncio.Event()

    def applied(self, key: Key, value: Config, /) -> None:
        self._tell(f"+{key.name}={value.data.get('v', '')}")

    def deleted(self, key: Key, /) -> None:
        self._tell(f"-{key.name}")

    def undecodable(self, key: Key, problem: str, /) -> None:
        self._tell(f"!{key.name} {problem}")

    def synced(self) -> None:
        self._tell("synced")

    async def until(self, *told: str) -> None:
        """Wait until everything in `told` was told."""
        async with patient():
            while not set(told) <= set(self.told):
                self._news.clear()
                await self._news.wait()

    def _tell(self, news: str) -> None:
        self.told.append(news)
        self._news.set()


class Scene:
    """A fake server, a reflector on it, and its journal."""

    def __init__(self, api: FakeKubeApi, client: Client, pace: Pace = QUICK, **options: Any) -> None:
        self.api = api
        self.world = api.world
        self.sink = Journal()
        decoder = msgspec.json.Decoder(Config)
        self.reflector = Reflector(client, CONFIG_MAPS, options.get("decode", decoder.decode), self.sink, pace=pace)

    def put(self, name: str, value: Any = "1") -> None:
        self.world.seed(CONFIG_MAPS, {"metadata": {"name": name, "namespace": "default"}, "data": {"v": value}})

    def remove(self, name: str) -> None:
        self.world.remove(CONFIG_MAPS, Key(namespace="default", name=name))

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.reflector.run())
        try:
            with capture_logs():
                yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def watching(self, count: int = 1) -> None:
        """Wait until `count` watches were opened so far."""
        await self.api.until(lambda: self.api.verbs().count("watch") >= count and bool(self.api.streams))


@pytest.fixture
async def api() -> AsyncIterator[FakeKubeApi]:
    async with FakeKubeApi(KubeWorld()) as api:
        yield api


@pytest.fixture
async def client(api: FakeKubeApi) -> AsyncIterator[Client]:
    async with Client(api.config(), jitter=lambda: 0.0) as client:
        yield client


@pytest.fixture
def scene(api: FakeKubeApi, client: Client) -> Scene:
    return Scene(api, client)


async def test_lists_by_pages_then_follows_changes(scene: Scene) -> None:
    for name in "abcde":
        scene.put(name)
    async with scene.running():
        await scene.sink.until("synced")
        assert scene.sink.told == ["+a=1", "+b=1", "+c=1", "+d=1", "+e=1", "synced"]
        assert scene.api.verbs()[:3] == ["list", "list", "list"]
        scene.put("f")
        scene.remove("a")
        await scene.sink.until("+f=1", "-a")
    assert scene.reflector.has_synced


async def test_a_watch_resumes_where_it_ended(scene: Scene) -> None:
    async with scene.running():
        await scene.watching()
        scene.put("a")
        await scene.sink.until("+a=1")
        scene.api.end_watches()
        scene.put("b")
        scene.remove("a")
        await scene.sink.until("+b=1", "-a")
    assert scene.api.verbs().count("list") == 1
    assert scene.sink.told == ["synced", "+a=1", "+b=1", "-a"]


async def test_bookmarks_move_the_place_to_resume_at(scene: Scene) -> None:
    async with scene.running():
        await scene.watching()
        scene.world.compact()
        scene.api.bookmark()
        scene.api.end_watches()
        await scene.watching(2)
        scene.put("a")
        await scene.sink.until("+a=1")
    assert scene.api.verbs().count("list") == 1


async def test_deletions_in_an_expired_gap_are_told(scene: Scene) -> None:
    for name in "abc":
        scene.put(name)
    async with scene.running():
        await scene.sink.until("synced")
        await scene.watching()
        scene.api.watch_silently = True
        scene.api.end_watches()
        scene.remove("b")
        scene.put("d")
        scene.world.compact()
        scene.api.watch_silently = False
        scene.api.end_watches()
        await scene.sink.until("-b", "+d=1")
    assert scene.sink.told == ["+a=1", "+b=1", "+c=1", "synced", "+d=1", "-b"]  # nothing told twice


async def test_an_object_made_anew_in_a_gap_is_told_as_deleted_first(scene: Scene) -> None:
    scene.put("a")
    async with scene.running():
        await scene.watching()
        scene.api.watch_silently = True
        scene.api.end_watches()
        await scene.watching(2)
        scene.remove("a")
        scene.put("a", "2")
        scene.world.compact()
        scene.api.watch_silently = False
        scene.api.end_watches()
        await scene.sink.until("+a=2")
    assert scene.sink.told == ["+a=1", "synced", "-a", "+a=2"]


@pytest.mark.parametrize(
    ("verb", "status"),
    [
        pytest.param("list", 410, id="list-gone"),
        pytest.param("list", 403, id="list-forbidden"),
        pytest.param("list", 503, id="list-unavailable"),
        pytest.param("watch", 410, id="watch-gone"),
        pytest.param("watch", 403, id="watch-forbidden"),
        pytest.param("watch", 500, id="watch-error"),
        pytest.param("watch", 0, id="watch-closed"),
    ],
)
async def test_no_failure_ends_it(scene: Scene, status: int, verb: str) -> None:
    scene.put("a")
    scene.api.faults.extend([Fault(status=status, verb=verb)] * 6)
    async with scene.running():
        await scene.sink.until("+a=1", "synced")
        await scene.watching()
        scene.put("b")
        await scene.sink.until("+b=1")
    assert scene.sink.told.count("+a=1") == 1
    assert scene.reflector.failing is None


async def test_a_list_that_expires_half_way_is_read_in_one_page(scene: Scene) -> None:
    for name in "abcde":
        scene.put(name)
    scene.api.faults.extend([Fault(status=410, verb="list")])
    async with scene.running():
        await scene.sink.until("synced")
    lists = [seen.query.get("limit", "") for seen in scene.api.seen if seen.verb == "list"]
    assert lists == ["2", ""]


async def test_a_list_that_fails_is_read_in_pages_again(scene: Scene) -> None:
    for name in "abc":
        scene.put(name)
    scene.api.faults.append(Fault(status=403, verb="list"))
    async with scene.running():
        await scene.sink.until("synced")
    assert [seen.query["limit"] for seen in scene.api.seen if seen.verb == "list"] == ["2", "2", "2"]


async def test_an_object_that_does_not_decode_stops_no_other(scene: Scene) -> None:
    scene.put("bad", {"not": "text"})
    scene.put("good")
    async with scene.running():
        await scene.sink.until("+good=1", "synced")
        await scene.watching()
        scene.put("worse", ["x"])
        scene.put("better")
        await scene.sink.until("+better=1")
        scene.remove("worse")
        await scene.sink.until("-worse")
    problems = [news for news in scene.sink.told if news.startswith("!")]
    assert problems == [
        "!bad Expected `str`, got `object` - at `$.data[...]`",
        "!worse Expected `str`, got `array` - at `$.data[...]`",
    ]


@pytest.mark.parametrize(
    ("problem", "told"),
    [
        pytest.param(ValueError("hunter2"), "!a ValueError while decoding", id="unknown-errors-are-not-quoted"),
        pytest.param(SpecError(what="no store"), "!a no store", id="ours-are"),
    ],
)
async def test_what_the_sink_learns_of_a_decoder(
    api: FakeKubeApi, client: Client, problem: Exception, told: str
) -> None:
    def decode(raw: bytes) -> Config:
        raise problem

    scene = Scene(api, client, decode=decode)
    scene.put("a")
    async with scene.running():
        await scene.sink.until("synced")
    assert scene.sink.told[0] == told


async def test_a_dead_connection_is_noticed_by_its_silence(api: FakeKubeApi, client: Client) -> None:
    scene = Scene(
        api,
        client,
        Pace(
            idle=timedelta(milliseconds=50),
            first_wait=timedelta(milliseconds=5),
            longest_wait=timedelta(milliseconds=5),
        ),
    )
    api.watch_silently = True
    async with scene.running():
        await scene.watching(2)
        scene.put("a")
        api.watch_silently = False
        await scene.sink.until("+a=1")
    assert api.verbs().count("list") == 1


async def test_a_server_that_ends_watches_at_once_is_not_asked_in_a_loop(api: FakeKubeApi, client: Client) -> None:
    pace = Pace(first_wait=timedelta(milliseconds=100), longest_wait=timedelta(milliseconds=100))
    scene = Scene(api, client, pace)
    api.faults.extend([Fault(status=200, verb="watch", body=b"")] * 2)
    loop = asyncio.get_running_loop()
    async with scene.running():
        await scene.sink.until("synced")
        started = loop.time()
        await scene.watching(3)
        assert loop.time() - started >= 0.1  # two waits of half the nominal at least


@pytest.mark.parametrize(
    "line",
    [
        pytest.param(b'{"type":"NEWER","object":{"metadata":{"name":"x"}}}\n', id="unknown-type"),
        pytest.param(b'{"type":"ADDED","object":{"name":"x"}}\n', id="no-object"),
        pytest.param(b'{"type":"DELETED","object":[]}\n', id="no-object-deleted"),
        pytest.param(b'{"type":"BOOKMARK","object":{"metadata":{}}}\n', id="empty-bookmark"),
        pytest.param(b"not an event\n", id="no-event"),
        pytest.param(b'{"type":"ERROR","object":{"kind":"Status","code":500}}\n', id="error"),
        pytest.param(b'{"type":"ERROR","object":{}}\n', id="empty-error"),
    ],
)
async def test_nonsense_in_a_watch_is_survived(scene: Scene, line: bytes) -> None:
    async with scene.running():
        await scene.watching()
        scene.api.streams[0].raw(line)
        scene.put("a")
        await scene.sink.until("+a=1")
    assert scene.sink.told == ["synced", "+a=1"]


async def test_nonsense_in_a_list_is_survived(scene: Scene) -> None:
    body = b'{"metadata":{"resourceVersion":"101"},"items":[{"name":"x"},{"metadata":{"name":"y"}}]}'
    scene.api.faults.append(Fault(status=200, verb="list", body=body))
    async with scene.running():
        await scene.sink.until("+y=", "synced")


async def test_failures_are_told_to_whoever_asks_for_health(api: FakeKubeApi, scene: Scene) -> None:
    scene.api.faults.extend([Fault(status=403, reason="Forbidden", verb="list")] * 200)
    async with scene.running():
        await api.until(lambda: scene.reflector.failing is not None)
        assert not scene.reflector.has_synced
        scene.api.faults.clear()
        await scene.reflector.wait_synced()


async def test_metadata_alone_where_asked(api: FakeKubeApi, client: Client) -> None:
    sink = Journal()
    selection = Selection(metadata_only=True, label_selector="a")
    seen: list[dict[str, Any]] = []

    def decode(raw: bytes) -> Config:
        seen.append(json.loads(raw))
        return Config()

    reflector = Reflector(client, CONFIG_MAPS, decode, sink, selection=selection, pace=QUICK)
    meta = {"name": "a", "namespace": "default", "labels": {"a": "b"}}
    api.world.seed(CONFIG_MAPS, {"metadata": meta, "data": {"v": "1"}})
    task = asyncio.create_task(reflector.run())
    await sink.until("synced")
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
    assert [item.get("data") for item in seen] == [None]
