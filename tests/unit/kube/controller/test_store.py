from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.controller.store import Store
from keyferry.kube.wire.objects import Key

A = Key(namespace="n", name="a")
B = Key(namespace="n", name="b")


def words(key: Key, text: str) -> list[str]:
    return text.split()


def test_indexes_follow_the_objects() -> None:
    store = Store({"word": words})
    store.applied(A, "x y")
    store.applied(B, "y z y")
    assert store.indexed("word", "y") == {A, B}
    store.applied(A, "x")
    assert store.indexed("word", "y") == {B}
    store.deleted(B)
    assert store.indexed("word", "z") == frozenset()
    assert store.indexed("word", "x") == {A}


def test_subscribers_hear_old_and_new() -> None:
    heard: list[tuple[Key, str | None, str | None]] = []
    store: Store[str] = Store()
    leave = store.subscribe(lambda key, old, new: heard.append((key, old, new)))
    store.applied(A, "1")
    store.applied(A, "2")
    store.deleted(A)
    store.deleted(A)
    leave()
    store.applied(A, "3")
    assert heard == [(A, None, "1"), (A, "1", "2"), (A, "2", None)]


def test_nobody_hears_of_what_is_the_very_same() -> None:
    heard: list[tuple[Key, object, object]] = []
    store: Store[list[str]] = Store()
    store.subscribe(lambda *told: heard.append(told))
    value = ["1"]
    store.applied(A, value)
    store.applied(A, value)
    store.applied(A, ["1"])
    assert heard == [(A, None, ["1"]), (A, ["1"], ["1"])]


def test_what_does_not_decode_is_a_problem_and_no_object() -> None:
    store: Store[str] = Store({"word": words})
    store.applied(A, "x")
    store.undecodable(A, "spec is a list")
    assert (store.get(A), store.problem(A), A in store, len(store)) == (None, "spec is a list", True, 0)
    assert store.indexed("word", "x") == frozenset()
    assert list(store) == [A]
    store.applied(A, "y")
    assert (store.get(A), store.problem(A), store.values()) == ("y", "", ("y",))


def test_a_problem_that_is_deleted_is_announced() -> None:
    heard: list[Key] = []
    store: Store[str] = Store()
    store.subscribe(lambda key, old, new: heard.append(key))
    store.undecodable(A, "")
    assert store.problem(A)
    store.deleted(A)
    assert (heard, A in store) == ([A, A], False)


def test_synced() -> None:
    store: Store[str] = Store()
    assert not store.has_synced
    store.synced()
    assert store.has_synced


@given(st.lists(st.tuples(st.sampled_from([A, B]), st.none() | st.text("xyz ", max_size=5))))
def test_the_index_equals_one_built_from_scratch(changes: list[tuple[Key, str | None]]) -> None:
    store = Store({"word": words})
    for key, text in changes:
        if text is None:
            store.deleted(key)
        else:
            store.applied(key, text)
    expected: dict[str, set[Key]] = {}
    for key in store:
        for word in words(key, store.get(key) or ""):
            expected.setdefault(word, set()).add(key)
    assert {word: store.indexed("word", word) for word in store._entries["word"]} == expected
