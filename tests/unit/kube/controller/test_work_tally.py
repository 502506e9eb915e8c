"""Counts of reconciles by how they ended and how long they took."""

import pytest

from keyferry.kube.controller.work_tally import BOUNDS, Ending, KindTally, WorkTally
from keyferry.kube.wire.objects import Key

ONE, CLUSTER = Key(namespace="app", name="a"), Key(namespace="", name="a")


@pytest.mark.parametrize(
    ("seconds", "bucket"),
    [
        pytest.param(0.0, 0, id="at-once"),
        pytest.param(0.005, 0, id="a-bound-belongs-to-its-bucket"),
        pytest.param(0.0051, 1, id="above-a-bound"),
        pytest.param(60.0, len(BOUNDS) - 1, id="the-last-bound"),
        pytest.param(61.0, len(BOUNDS), id="longer"),
    ],
)
def test_a_reconcile_counts_in_one_bucket(seconds: float, bucket: int) -> None:
    tally = KindTally()
    tally.ended(Ending.ERROR, seconds)
    assert [index for index, count in enumerate(tally.buckets) if count] == [bucket]
    assert tally.endings == {Ending.ERROR: 1}
    assert tally.seconds == seconds


def test_a_controller_is_counted_under_its_name_from_the_start() -> None:
    tally = WorkTally("secretstore")
    assert list(tally.kinds) == ["secretstore"]
    assert tally.of(ONE) is tally.of(CLUSTER) is tally.kinds["secretstore"]


def test_kinds_are_counted_apart() -> None:
    tally = WorkTally("store", lambda key: "namespaced" if key.namespace else "cluster")
    tally.of(ONE).ended(Ending.SUCCESS, 0.1)
    assert tally.of(CLUSTER).endings == {}
    assert list(tally.kinds) == ["namespaced", "cluster"]


def test_bounds_grow() -> None:
    assert sorted(set(BOUNDS)) == list(BOUNDS)
