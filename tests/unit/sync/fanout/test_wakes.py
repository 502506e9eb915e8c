import pytest

from keyferry.kube.wire.objects import Key
from tests.fakes import fanouts
from tests.fakes.fanouts import CES_MARK, SHARED, Stage, child, namespace

APP = Key(namespace="app", name="shared")
OTHER = Key(name="other")


@pytest.fixture
def woken(stage: Stage) -> list[Key]:
    stage.put()
    stage.catch_up()
    stage.caches.children.applied(APP, child("app"))
    stage.woken.clear()
    return stage.woken


def test_an_object_wakes_itself_and_not_by_its_status(stage: Stage, woken: list[Key]) -> None:
    now = stage.caches.fanouts.get(SHARED)
    assert now is not None
    stage.caches.fanouts.applied(SHARED, now)
    assert woken == []
    stage.caches.fanouts.applied(SHARED, fanouts.watched(generation=2))
    stage.caches.fanouts.deleted(SHARED)
    assert woken == [SHARED, SHARED]


def test_a_child_wakes_its_owner(stage: Stage, woken: list[Key]) -> None:
    children = stage.caches.children
    children.applied(APP, child("app", resourceVersion="9"))
    assert woken == []
    children.applied(APP, child("app", labels={"x": "y"}))
    assert woken == [SHARED, SHARED]
    woken.clear()
    children.applied(APP, child("app", ownerReferences=fanouts.owned_by("other")))
    assert woken == [SHARED, OTHER]
    woken.clear()
    children.deleted(APP)
    assert set(woken) == {SHARED, OTHER}


def test_a_foreign_one_that_goes_makes_room(stage: Stage, woken: list[Key]) -> None:
    foreign = Key(namespace="web", name="shared")
    stage.caches.children.applied(foreign, child("web", ownerReferences=[]))
    stage.caches.children.deleted(foreign)
    assert woken == [SHARED, SHARED]


@pytest.mark.parametrize(("name", "child_name"), [("dev", "shared"), ("web", "db"), ("nowhere", "shared")])
def test_what_stands_elsewhere_wakes_nobody(stage: Stage, woken: list[Key], name: str, child_name: str) -> None:
    present = child(name, name=child_name, ownerReferences=[])
    stage.caches.children.applied(present.metadata.key, present)
    assert woken == []


def test_a_namespace_wakes_who_means_it_or_meant_it(stage: Stage, woken: list[Key]) -> None:
    namespaces = stage.caches.namespaces
    key = Key(name="new")
    namespaces.applied(key, namespace("new", env="dev"))
    assert woken == []
    namespaces.applied(key, namespace("new"))
    namespaces.applied(key, namespace("new", annotations={"a": "b"}, resourceVersion="9"))
    assert woken == [SHARED]
    namespaces.applied(key, namespace("new", env="dev"))
    assert woken == [SHARED, SHARED]
    namespaces.deleted(key)
    assert woken == [SHARED, SHARED]


def test_a_namespace_wakes_whose_marks_it_bears(stage: Stage, woken: list[Key]) -> None:
    stage.caches.namespaces.applied(
        Key(name="new"), namespace("new", env="dev", finalizers=[CES_MARK.replace("shared", "gone"), "x"])
    )
    assert woken == [Key(name="gone")]


def test_an_invalid_object_waits_for_its_edit(stage: Stage, woken: list[Key]) -> None:
    stage.caches.fanouts.applied(SHARED, fanouts.watched({"refreshTime": "x"}, resourceVersion="99"))
    woken.clear()
    stage.caches.namespaces.applied(Key(name="new"), namespace("new"))
    assert woken == []


def test_one_that_cannot_be_read_wakes_nobody(stage: Stage, woken: list[Key]) -> None:
    stage.caches.fanouts.undecodable(SHARED, "broken")
    woken.clear()
    stage.caches.namespaces.applied(Key(name="new"), namespace("new"))
    stage.caches.namespaces.undecodable(Key(name="new"), "broken")
    stage.caches.namespaces.deleted(Key(name="new"))
    assert woken == []
