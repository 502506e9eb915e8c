from keyferry.kube.wire.objects import Key
from keyferry.sync.tally import REMEMBERED, Count, Tally

DB = Key(namespace="app", name="db")


def test_counts_what_happened_and_what_failed() -> None:
    tally = Tally()
    tally.ended(DB, 5, has_failed=False)
    tally.ended(DB, 7, has_failed=True)
    assert tally.counts == {DB: Count(calls=2, errors=1, last_nanoseconds=7)}


def test_what_is_gone_is_remembered_until_it_comes_back() -> None:
    tally = Tally()
    tally.forget(DB)
    assert list(tally.gone) == []
    tally.ended(DB, 5, has_failed=False)
    tally.forget(DB)
    assert (tally.counts, list(tally.gone)) == ({}, [DB])
    tally.ended(DB, 5, has_failed=False)
    assert list(tally.gone) == []


def test_the_memory_of_what_is_gone_is_bounded() -> None:
    tally = Tally()
    for index in range(REMEMBERED + 5):
        key = Key(namespace="app", name=str(index))
        tally.ended(key, 1, has_failed=False)
        tally.forget(key)
    assert len(list(tally.gone)) == REMEMBERED
