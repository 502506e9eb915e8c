from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.objects import Object
from keyferry.lab.kubernetes.storage.store import Store

KIND = ("", "things")
WRITES = st.lists(st.tuples(st.sampled_from("abc"), st.booleans()), max_size=30)


def _thing(name: str, value: int) -> Object:
    return {"metadata": {"name": name}, "value": value}


@given(WRITES)
def test_looks_back_at_every_version(writes: list[tuple[str, bool]]) -> None:
    store, seen = Store(), {}
    journal = store.journal(KIND)
    for value, (name, remove) in enumerate(writes):
        if remove and ("", name) in journal.current:
            store.remove(KIND, ("", name))
        else:
            store.put(KIND, _thing(name, value))
        seen[store.revision] = {key: stored.document["value"] for key, stored in journal.current.items()}
    for revision, expected in seen.items():
        assert {key: stored.document["value"] for key, stored in journal.at(revision).items()} == expected


def test_hands_out_the_changes_after_a_version() -> None:
    store = Store()
    journal = store.journal(KIND)
    first = store.put(KIND, _thing("a", 1))
    store.put(KIND, _thing("a", 2))
    store.remove(KIND, ("", "a"))
    changes = journal.changes(journal.position(first.revision))
    assert changes is not None
    assert [(change.type, change.previous is None) for change in changes] == [("MODIFIED", False), ("DELETED", False)]


def test_forgets_what_is_beyond_its_limit() -> None:
    store = Store(history=2)
    journal = store.journal(KIND)
    for value in range(4):
        store.put(KIND, _thing("a", value))
    assert journal.changes(0) is None
    assert journal.floor == 3
    assert len(journal.changes(journal.position(journal.floor)) or ()) == 2


def test_compaction_raises_the_floor_even_without_changes() -> None:
    store = Store()
    journal = store.journal(KIND)
    store.put(KIND, _thing("a", 1))
    store.compact(50)
    assert journal.floor == 50
    assert journal.changes(0) is None


def test_wakes_subscribers_until_they_leave() -> None:
    store, woken = Store(), []
    leave = store.journal(KIND).subscribe(lambda: woken.append(1))
    store.put(KIND, _thing("a", 1))
    leave()
    store.put(KIND, _thing("a", 2))
    assert woken == [1]
