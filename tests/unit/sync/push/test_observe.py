"""What the caches and the cluster say, and when a push is asked for by others than the interval."""

from dataclasses import replace
from datetime import timedelta

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import SpecError
from keyferry.spec.push_secret import PushSecret
from keyferry.sync.kinds import PUSH_SECRETS
from keyferry.sync.push.observe import SourceGone
from keyferry.sync.push.state import SourceVersion, WatchedPushSecret
from tests.fakes.push_secrets import PUSH, parsed, target
from tests.fakes.push_world import SOURCE, PushWorld

LABELLED = {"selector": {"secret": {"selector": {"matchLabels": {"push": "yes"}}}}, "data": []}


def seen(world: PushWorld) -> WatchedPushSecret:
    world.catch_up()
    found = world.observer.watched(PUSH)
    assert found is not None
    return found


async def test_the_source_is_read_live(world: PushWorld) -> None:
    world.secret(k=b"live")
    (found,) = await world.observer.sources(parsed())
    assert {key: value.reveal() for key, value in found.data.items()} == {"k": b"live"}
    assert found.name == "source"
    world.cluster.remove(SECRETS, SOURCE)
    with pytest.raises(SourceGone):
        await world.observer.sources(parsed())


async def test_labels_choose_sources(world: PushWorld) -> None:
    world.secret("a", {"push": "yes"}, a=b"1")
    found = await world.observer.sources(parsed(**LABELLED))
    assert [source.name for source in found] == ["a"]


async def test_what_this_process_pushed_is_told_by_its_versions(world: PushWorld) -> None:
    world.push()
    push = seen(world)
    world.observer.pushed(PUSH, await world.observer.sources(parsed()))
    assert not world.observer.is_woken(push)
    world.secret(k=b"x")
    assert world.observer.is_woken(seen(world))
    world.observer.pushed(PUSH, await world.observer.sources(parsed()))
    world.cluster.remove(SECRETS, SOURCE)
    assert world.observer.is_woken(seen(world))


@pytest.mark.parametrize(
    ("changed", "woken"),
    [
        pytest.param(timedelta(seconds=1), True, id="written-since"),
        pytest.param(timedelta(0), True, id="in-the-same-second"),
        pytest.param(timedelta(seconds=-1), False, id="written-before"),
    ],
)
async def test_what_an_earlier_process_pushed_is_told_by_the_instant(
    world: PushWorld, changed: timedelta, woken: bool
) -> None:
    world.push()
    await world.reconcile()
    push = seen(world)
    assert push.status.refresh_time is not None
    world.observer._pushed.clear()
    version = SourceVersion(version="x", labels={}, changed_at=push.status.refresh_time + changed)
    world.caches.sources.applied(SOURCE, version)
    assert world.observer.is_woken(push) is woken


async def test_a_source_that_went_while_nobody_looked_is_noticed(world: PushWorld) -> None:
    world.push()
    await world.reconcile()
    world.observer._pushed.clear()
    world.cluster.remove(SECRETS, SOURCE)
    assert world.observer.is_woken(seen(world))


async def test_sources_chosen_by_label_come_and_go(world: PushWorld) -> None:
    world.push(LABELLED)
    push = seen(world)
    world.observer.pushed(PUSH, await world.observer.sources(parsed(**LABELLED)))
    assert not world.observer.is_woken(push)
    world.secret("a", {"push": "yes"}, a=b"1")
    assert world.observer.is_woken(seen(world))


async def test_a_generator_and_an_empty_cache_wake_nobody(world: PushWorld) -> None:
    world.push()
    push = seen(world)
    world.caches.sources.has_synced = False
    assert not world.observer.is_woken(push)
    world.push({"selector": {"generatorRef": {"kind": "Password", "name": "p"}}})
    assert not world.observer.is_woken(seen(world))


async def test_a_mark_counts_until_a_push_begins(world: PushWorld) -> None:
    world.push()
    push = seen(world)
    world.observer.mark(PUSH)
    assert world.observer.is_woken(push)
    world.observer.begins(PUSH)
    world.observer.pushed(PUSH, await world.observer.sources(parsed()))
    assert not world.observer.is_woken(push)


async def test_what_is_gone_is_forgotten(world: PushWorld) -> None:
    world.push()
    push = seen(world)
    assert world.observer.is_there(push)
    world.observer.mark(PUSH)
    world.cluster.remove(PUSH_SECRETS, PUSH)
    world.catch_up()
    assert world.observer.watched(PUSH) is None
    assert not world.observer.is_there(push)
    assert PUSH not in world.observer._marked


async def test_a_spec_that_is_none_comes_back_as_data(world: PushWorld) -> None:
    world.push({"refreshInterval": "soon"})
    assert isinstance(world.observer.spec(seen(world)), SpecError)
    world.push()
    assert isinstance(world.observer.spec(seen(world)), PushSecret)


async def test_stores_of_another_class_are_left_out(world: PushWorld) -> None:
    world.store("other")
    world.push({"secretStoreRefs": [{"name": "kv"}, {"name": "other"}]})
    world.catch_up()
    found = world.observer.stores(parsed(secretStoreRefs=[{"name": "kv"}, {"name": "other"}]))
    world.stores.foreign.add("other")
    assert world.observer.ours(found, "app", "default") == (target(),)


async def test_stores_that_exist_and_are_all_another_s_make_it_another_s(world: PushWorld) -> None:
    world.push()
    push = seen(world)
    assert not world.observer.is_foreign(push, "default")
    world.stores.foreign.add("kv")
    assert world.observer.is_foreign(push, "default")
    world.stores.absent.add("kv")
    assert not world.observer.is_foreign(push, "default")


async def test_a_status_is_noted_until_the_watch_tells_more(world: PushWorld) -> None:
    world.push()
    push = seen(world)
    await world.reconcile()
    noted = world.caches.pushes.get(PUSH)
    assert noted is not None
    assert noted.status.synced
    older = replace(push, outline=push.outline)
    world.observer.note_status(older, b"never read")
    assert world.caches.pushes.get(PUSH) is noted
    world.caches.pushes.deleted(PUSH)
    world.observer.note_status(older, b"never read")
    assert world.caches.pushes.get(Key(namespace="app", name="push")) is None
