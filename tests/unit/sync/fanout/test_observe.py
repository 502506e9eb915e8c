from datetime import UTC, datetime, timedelta

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key
from keyferry.model.errors import SpecError
from keyferry.spec.fanout import Fanout
from keyferry.sync.fanout import observe
from keyferry.sync.fanout.kinds import CLUSTER_PUSH_SECRETS
from keyferry.sync.fanout.observe import LAG, Caches, Observer, Owned
from keyferry.sync.fanout.state import Snapshot
from keyferry.sync.state import WatchedExternalSecret
from tests.fakes import fanouts
from tests.fakes.fanouts import CES_MARK, KIND, SHARED, child, namespace

NOW = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)


def key(name: str, child_name: str = "shared") -> Key:
    return Key(namespace=name, name=child_name)


def caches(*children: WatchedExternalSecret) -> Caches[WatchedExternalSecret]:
    made: Caches[WatchedExternalSecret] = Caches(
        fanouts=Store(observe.child_name_index()), namespaces=Store(), children=Store()
    )
    made.fanouts.applied(SHARED, fanouts.watched())
    for name in ("app", "web"):
        made.namespaces.applied(Key(name=name), namespace(name))
    for each in children:
        made.children.applied(each.metadata.key, each)
    return made


def look(kept: Caches[WatchedExternalSecret], observer: Observer[WatchedExternalSecret], now: datetime) -> Snapshot:
    found = observer.watched(SHARED)
    assert found is not None
    return observer.snapshot(found, observer.wanted(found), now)


def test_a_snapshot_has_its_children_and_who_stands_in_their_place() -> None:
    foreign = child("web", ownerReferences=[])
    kept = caches(child("app"), child("app", name="before"), foreign)
    found = look(kept, Observer(KIND, kept), NOW)
    assert [each.metadata.name for each in found.children] == ["before", "shared"]
    assert found.present == {"app": child("app"), "web": foreign}
    assert [each.metadata.name for each in found.namespaces] == ["app", "web"]


def test_what_was_made_lately_counts_until_it_is_seen_or_too_old() -> None:
    kept = caches()
    observer = Observer(KIND, kept)
    observer.note_made(key("app"), NOW)
    observer.note_made(key("web"), NOW)
    observer.note_made(key("web", "other"), NOW)
    assert look(kept, observer, NOW).made == {"app", "web"}
    kept.children.applied(key("app"), child("app"))
    assert look(kept, observer, NOW).made == {"web"}
    assert look(kept, observer, NOW + LAG).made == frozenset()


def test_a_clock_that_was_set_back_forgets() -> None:
    kept = caches()
    observer = Observer(KIND, kept)
    observer.note_made(key("app"), NOW)
    assert look(kept, observer, NOW - timedelta(seconds=1)).made == frozenset()


def test_a_patched_child_is_kept_unless_the_watch_was_faster() -> None:
    kept = caches(child("app"))
    observer = Observer(KIND, kept)
    newer = child("app", resourceVersion="4")
    observer.note_patched(child("app"), newer)
    assert kept.children.get(key("app")) == newer
    observer.note_patched(child("app"), child("app", resourceVersion="9"))
    assert kept.children.get(key("app")) == newer


def test_a_spec_is_parsed_once_for_each_edit() -> None:
    kept = caches()
    observer = Observer(KIND, kept)
    first = observer.wanted(fanouts.watched())
    assert isinstance(first, Fanout)
    assert observer.wanted(fanouts.watched(resourceVersion="9", labels={"a": "b"})) is first
    edited = observer.wanted(fanouts.watched(annotations={"a": "b"}))
    assert isinstance(edited, Fanout)
    assert edited.annotations == {"a": "b"}
    assert isinstance(observer.wanted(fanouts.watched({"refreshTime": "x"}, resourceVersion="6")), SpecError)
    kept.fanouts.deleted(SHARED)
    assert observer.watched(SHARED) is None
    assert observer.is_gone(SHARED)


def test_an_invalid_one_is_looked_up_by_the_name_that_it_writes() -> None:
    kept = caches(child("app", name="db"))
    kept.fanouts.applied(SHARED, fanouts.watched({"refreshTime": "x", "externalSecretName": "db"}))
    assert set(look(kept, Observer(KIND, kept), NOW).present) == {"app"}


def test_owners_are_followed() -> None:
    kept = caches(child("app"))
    owned = Owned(KIND, kept.children)
    assert owned.of("shared") == {key("app")}
    kept.children.applied(key("app"), child("app", ownerReferences=fanouts.owned_by("other")))
    assert owned.of("shared") == frozenset()
    assert owned.of("other") == {key("app")}
    kept.children.applied(key("app"), child("app", ownerReferences=fanouts.owned_by("other"), labels={"a": "b"}))
    kept.children.deleted(key("app"))
    assert owned.of("other") == frozenset()


def test_an_owner_keeps_its_other_children() -> None:
    kept = caches(child("app"), child("web"))
    owned = Owned(KIND, kept.children)
    kept.children.deleted(key("app"))
    assert owned.of("shared") == {key("web")}


def test_there_is_something_to_do_for_those_that_left_marks() -> None:
    kept = caches()
    marks = [CES_MARK, CES_MARK.replace("shared", "gone"), "kubernetes"]
    kept.namespaces.applied(Key(name="app"), namespace("app", finalizers=marks))
    assert set(Observer(KIND, kept).keys()) == {SHARED, Key(name="gone")}
    assert observe.leftovers(CLUSTER_PUSH_SECRETS, namespace("app", finalizers=marks)) == ()


def test_it_is_ready_once_all_were_listed() -> None:
    kept = caches()
    observer = Observer(KIND, kept)
    assert not observer.is_ready
    kept.fanouts.synced()
    assert observer.is_ready
