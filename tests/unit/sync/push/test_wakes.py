"""Which PushSecrets a change wakes, and which stores a PushSecret wakes."""

from dataclasses import dataclass
from typing import Any

import pytest

from keyferry.kube.controller.loop import Controller, Done, Result
from keyferry.kube.wire.objects import Key
from keyferry.sync.push import wakes
from keyferry.sync.push.state import SourceVersion
from keyferry.sync.push.wakes import Wakes
from keyferry.sync.template_sources import TemplateSources
from tests.fakes.push_secrets import PUSH, store, synced, watched
from tests.fakes.push_world import SOURCE, PushWorld

KV = Key(namespace="app", name="kv")
BLUE = {"matchLabels": {"c": "blue"}}
BY_LABEL = {"selector": {"secret": {"selector": BLUE}}}
STORES_BY_LABEL = {"secretStoreRefs": [{"labelSelector": BLUE}]}


async def _never(_key: Key) -> Result:
    return Done()


@dataclass
class Stage:
    world: PushWorld
    pushes: Controller
    checked: list[Key]
    wakes: Wakes

    def known(self, **spec: Any) -> None:
        """The PushSecret is there, and everything so far is forgotten."""
        self.world.caches.pushes.applied(PUSH, watched(spec))
        self.woken()
        self.checked.clear()

    def woken(self) -> bool:
        """Whether the PushSecret was woken since the last question."""
        found = self.pushes.queue.take(float("inf"))
        if found is not None:
            self.pushes.queue.done(found, 0)
        return found == PUSH


@pytest.fixture
def stage(world: PushWorld) -> Stage:
    pushes, checked = Controller("pushsecret", _never), list[Key]()
    made = Wakes(world.caches, world.observer, pushes, checked.append)
    made.connect()
    return Stage(world, pushes, checked, made)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        pytest.param({"generation": 2}, True, id="spec"),
        pytest.param({"labels": {"a": "b"}}, True, id="labels"),
        pytest.param({"annotations": {"a": "b"}}, True, id="annotations"),
        pytest.param({"deletionTimestamp": "2026-01-01T00:00:00Z"}, True, id="deletion"),
        pytest.param({"resourceVersion": "8"}, False, id="status-alone"),
    ],
)
async def test_its_own_changes(stage: Stage, change: dict[str, Any], expected: bool) -> None:
    stage.known()
    stage.world.caches.pushes.applied(PUSH, watched(**change))
    assert stage.woken() is expected


async def test_its_end_wakes_it_and_lets_its_stores_be_looked_at(stage: Stage) -> None:
    stage.known()
    stage.world.caches.pushes.deleted(PUSH)
    assert stage.woken()
    assert stage.checked == [KV]


@pytest.mark.parametrize(
    ("key", "labels", "spec", "expected"),
    [
        pytest.param(SOURCE, {}, {}, True, id="named"),
        pytest.param(Key(namespace="app", name="other"), {}, {}, False, id="not-named"),
        pytest.param(Key(namespace="web", name="source"), {}, {}, False, id="of-another-namespace"),
        pytest.param(SOURCE, {"c": "blue"}, BY_LABEL, True, id="labels-fit"),
        pytest.param(SOURCE, {"c": "red"}, BY_LABEL, False, id="labels-do-not-fit"),
    ],
)
async def test_sources(stage: Stage, key: Key, labels: dict[str, str], spec: dict[str, Any], expected: bool) -> None:
    stage.known(**spec)
    stage.world.caches.sources.applied(key, SourceVersion(version="1", labels=labels, changed_at=None))
    assert stage.woken() is expected


async def test_a_source_that_no_longer_fits_wakes_too(stage: Stage) -> None:
    stage.known(**BY_LABEL)
    stage.world.caches.sources.applied(SOURCE, SourceVersion(version="1", labels={"c": "blue"}, changed_at=None))
    stage.woken()
    stage.world.caches.sources.applied(SOURCE, SourceVersion(version="2", labels={}, changed_at=None))
    assert stage.woken()


@pytest.mark.parametrize(
    ("named", "namespace", "expected"),
    [
        pytest.param(KV, None, True, id="named"),
        pytest.param(KV, "app", True, id="for-its-namespace"),
        pytest.param(KV, "web", False, id="for-another-namespace"),
        pytest.param(Key(namespace="app", name="other"), None, False, id="not-named"),
    ],
)
async def test_stores_tell_their_users(stage: Stage, named: Key, namespace: str | None, expected: bool) -> None:
    stage.known()
    stage.wakes.on_store(named, namespace, is_edit=False)
    assert stage.woken() is expected
    stage.wakes.on_store(named, namespace, is_edit=True)
    assert (PUSH in stage.world.observer._marked) is expected


async def test_a_store_whose_labels_change_concerns_who_chooses_by_labels(stage: Stage) -> None:
    stage.known(**STORES_BY_LABEL)
    stage.world.caches.stores.applied(KV, store())
    assert stage.woken()
    assert PUSH not in stage.world.observer._marked, "what was pushed to it already is not pushed again"
    stage.world.caches.stores.applied(KV, store(labels={"c": "blue"}))
    assert stage.woken()
    assert PUSH in stage.world.observer._marked
    stage.world.caches.stores.applied(KV, store(labels={"c": "blue"}, resourceVersion="9"))
    assert not stage.woken()


async def test_stores_are_looked_at_when_who_holds_them_changes(stage: Stage) -> None:
    stage.world.caches.stores.applied(KV, store())
    stage.known(**STORES_BY_LABEL)
    stage.world.caches.pushes.applied(PUSH, watched(STORES_BY_LABEL | {"deletionPolicy": "None"}))
    assert stage.checked == [KV]
    stage.checked.clear()
    stage.world.caches.pushes.applied(PUSH, watched(STORES_BY_LABEL | {"deletionPolicy": "None"}, resourceVersion="9"))
    assert stage.checked == []


async def test_what_holds_its_templates_wakes_it(stage: Stage) -> None:
    sources = TemplateSources(stage.world.client)
    stage.wakes.follow(sources)
    template = {"templateFrom": [{"configMap": {"name": "m", "items": [{"key": "t"}]}}]}
    stage.known(template=template)
    assert sources._needed["ConfigMap"].is_set()
    assert not sources._needed["Secret"].is_set()
    named = Key(namespace="app", name="m")
    sources._versions["ConfigMap"].applied(named, "1")
    assert not stage.woken(), "as it was when the watch began, it is right"
    sources._versions["ConfigMap"].applied(named, "2")
    assert stage.woken()
    assert PUSH in stage.world.observer._marked
    sources._versions["ConfigMap"].applied(Key(namespace="app", name="other"), "1")
    assert not stage.woken()
    stage.world.caches.pushes.deleted(PUSH)


async def test_holders_of_a_store_are_those_that_name_choose_or_pushed_to_it(world: PushWorld) -> None:
    pushes = world.caches.pushes
    pushes.applied(PUSH, watched())
    pushes.applied(Key(namespace="app", name="b"), watched(STORES_BY_LABEL))
    pushes.applied(Key(namespace="app", name="c"), watched({"secretStoreRefs": [{"name": "x"}]}, synced()))
    pushes.applied(Key(namespace="app", name="d"), watched({"secretStoreRefs": [{"name": "x"}]}))
    assert len(list(wakes.holders(pushes, store()))) == 3
    assert list(wakes.holders(pushes, store("shared", ""))) == []
