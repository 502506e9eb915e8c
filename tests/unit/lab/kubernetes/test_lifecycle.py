import pytest

from keyferry.lab.kubernetes import lifecycle
from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.store import Store
from tests.fakes.kubernetes_cluster import START, secret

KIND = ("", "secrets")


@pytest.mark.parametrize(
    ("finalizers", "propagation", "expected"),
    [
        pytest.param([], "Foreground", ["foregroundDeletion"], id="foreground"),
        pytest.param(["x/y"], "Orphan", ["x/y", "orphan"], id="orphan"),
        pytest.param(["orphan"], "Background", None, id="background-takes-back"),
        pytest.param(["orphan"], "", ["orphan"], id="nothing-said"),
    ],
)
def test_propagation_is_written_into_finalizers(
    finalizers: list[str], propagation: str, expected: list[str] | None
) -> None:
    marked = lifecycle.marked(secret("a", finalizers=finalizers), START, propagation)
    assert marked["metadata"].get("finalizers") == expected
    assert lifecycle.is_ending(marked)


def test_marks_once_and_counts_the_generation() -> None:
    document: Object = secret("a", finalizers=["x/y"])
    document["metadata"]["generation"] = 1
    marked = lifecycle.marked(document, START, "")
    assert marked["metadata"]["generation"] == 2
    assert marked["metadata"]["deletionGracePeriodSeconds"] == 0
    assert lifecycle.marked(marked, START, "") == marked
    assert not lifecycle.is_ending(document)


def test_removes_at_once_what_nothing_holds() -> None:
    store = Store()
    stored = store.put(KIND, secret("a"))
    assert lifecycle.delete(store, KIND, stored, START) is None
    assert store.get(KIND, ("", "a")) is None


def test_keeps_what_a_finalizer_holds_until_it_is_gone() -> None:
    store = Store()
    left = lifecycle.delete(store, KIND, store.put(KIND, secret("a", finalizers=["x/y"])), START)
    assert left is not None
    assert lifecycle.delete(store, KIND, left, START) is left
    lifecycle.put(store, KIND, lifecycle.without_finalizer(left.document, "x/y"))
    assert store.get(KIND, ("", "a")) is None


def test_namespaces_are_held_by_their_specification() -> None:
    namespace = {"kind": "Namespace", "metadata": {"name": "a"}, "spec": {"finalizers": ["kubernetes"]}}
    assert lifecycle.is_held(namespace)
    assert lifecycle.marked(namespace, START, "")["status"] == {"phase": "Terminating"}
