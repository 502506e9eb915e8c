from keyferry.lab.kubernetes.storage.store import Store

KIND, OTHER = ("", "things"), ("", "others")


def test_numbers_every_write_of_every_kind() -> None:
    store = Store()
    first = store.put(KIND, {"metadata": {"name": "a", "namespace": "n"}})
    second = store.put(OTHER, {"metadata": {"name": "a"}})
    assert second.revision == first.revision + 1
    assert first.document["metadata"]["resourceVersion"] == str(first.revision)
    assert store.get(KIND, ("n", "a")) is first
    assert store.kinds() == (KIND, OTHER)


def test_a_removal_tells_the_last_state_at_its_own_version() -> None:
    store = Store()
    written = store.put(KIND, {"metadata": {"name": "a"}, "value": 1})
    removed = store.remove(KIND, ("", "a"))
    assert removed.document["value"] == 1
    assert removed.document["metadata"]["resourceVersion"] == str(written.revision + 1)
    assert written.document["metadata"]["resourceVersion"] == str(written.revision)


def test_drains_changes_made_while_draining() -> None:
    store = Store()
    store.put(KIND, {"metadata": {"name": "a"}})
    seen = []
    for kind, _ in store.drain():
        seen.append(kind)
        if kind == KIND:
            store.put(OTHER, {"metadata": {"name": "b"}})
    assert seen == [KIND, OTHER]
    assert list(store.drain()) == []
