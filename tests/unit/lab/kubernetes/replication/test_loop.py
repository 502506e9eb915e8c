from datetime import datetime, timedelta

import pytest

from keyferry.lab.kubernetes import status
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.replication import ownership
from keyferry.lab.kubernetes.replication.loop import RETRY, Loop
from keyferry.lab.kubernetes.storage.store import Store
from tests.fakes.kubernetes_cluster import START

OWNERS, THINGS, NODES = ("x.io", "owners"), ("", "things"), ("", "nodes")


def _owner(name: str) -> Object:
    return {"apiVersion": "x.io/v1", "kind": "Owner", "metadata": {"name": name, "namespace": "n", "uid": f"u-{name}"}}


def _thing(name: str, *owners: str) -> Object:
    references = [ownership.reference(_owner(owner)) for owner in owners]
    return {"kind": "Thing", "metadata": {"name": name, "namespace": "n", "ownerReferences": references}}


class Seen:
    """A reconciler that only looks, and answers as it is told."""

    def __init__(self) -> None:
        self.looks: list[tuple[str, list[str]]] = []
        self.again: datetime | None = None
        self.refuses = False

    def sync(self, owner: Object, dependents: list[Object], now: datetime) -> datetime | None:
        self.looks.append((owner["metadata"]["name"], [one["metadata"]["name"] for one in dependents]))
        if self.refuses:
            raise status.bad_request("no")
        return self.again

    def take(self) -> list[tuple[str, list[str]]]:
        looks, self.looks = self.looks, []
        return looks


class Bench:
    """A store, a loop and a clock."""

    def __init__(self) -> None:
        self.store = Store()
        self.seen = Seen()
        self.loop = Loop(self.store, self.seen, kind=OWNERS, dependents=THINGS, everywhere=NODES)
        self.now = START

    def settle(self) -> list[tuple[str, list[str]]]:
        for kind, change in self.store.drain():
            self.loop.observe(kind, change, self.now)
        self.loop.settle(self.now)
        return self.seen.take()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_looks_at_what_changes_and_then_no_more(bench: Bench) -> None:
    bench.store.put(OWNERS, _owner("a"))
    assert bench.settle() == [("a", [])]
    assert bench.settle() == []
    assert not bench.loop.settle(bench.now)


def test_looks_at_the_owner_of_what_changes(bench: Bench) -> None:
    for name in ("a", "b"):
        bench.store.put(OWNERS, _owner(name))
    bench.settle()
    bench.store.put(THINGS, _thing("1", "b"))
    assert bench.settle() == [("b", ["1"])]
    bench.store.put(THINGS, _thing("1", "a"))
    assert bench.settle() == [("a", ["1"]), ("b", [])]
    bench.store.remove(THINGS, ("n", "1"))
    assert bench.settle() == [("a", [])]
    bench.store.put(THINGS, _thing("2"))
    bench.store.put(("", "others"), _thing("3", "a"))
    assert bench.settle() == []


def test_some_changes_concern_everybody(bench: Bench) -> None:
    for name in ("a", "b"):
        bench.store.put(OWNERS, _owner(name))
    bench.settle()
    bench.store.put(NODES, {"kind": "Node", "metadata": {"name": "node-1"}})
    assert bench.settle() == [("a", []), ("b", [])]


def test_looks_again_when_asked_to(bench: Bench) -> None:
    bench.seen.again = START + timedelta(minutes=1)
    bench.store.put(OWNERS, _owner("a"))
    bench.settle()
    bench.now += timedelta(seconds=59)
    assert bench.settle() == []
    bench.now += timedelta(seconds=1)
    bench.seen.again = None
    assert bench.settle() == [("a", [])]
    bench.now += timedelta(hours=1)
    assert bench.settle() == []


def test_tries_again_what_was_refused(bench: Bench) -> None:
    bench.seen.refuses = True
    bench.store.put(OWNERS, _owner("a"))
    assert bench.settle() == [("a", [])]
    assert bench.settle() == []
    bench.now += RETRY
    assert bench.settle() == [("a", [])]


def test_forgets_who_is_gone(bench: Bench) -> None:
    bench.store.put(OWNERS, _owner("a"))
    bench.store.put(THINGS, _thing("1", "a"))
    bench.settle()
    bench.store.remove(OWNERS, ("n", "a"))
    bench.store.put(THINGS, _thing("1", "a"))
    assert bench.settle() == []


def test_a_thing_that_goes_while_owners_are_looked_at_is_not_shown(bench: Bench) -> None:
    bench.store.put(OWNERS, _owner("a"))
    bench.store.put(THINGS, _thing("1", "a"))
    for kind, change in bench.store.drain():
        bench.loop.observe(kind, change, START)
    bench.store.remove(THINGS, ("n", "1"))
    bench.loop.settle(START)
    assert bench.seen.take() == [("a", [])]
