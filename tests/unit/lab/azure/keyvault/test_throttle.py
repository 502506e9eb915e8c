from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.keyvault import throttle
from tests.fakes.lab_azure import NOW, later


def test_takes_its_capacity_at_once_and_then_at_its_rate() -> None:
    bucket = throttle.full(20, NOW)
    assert [bucket.take(NOW) for _ in range(20)] == [None] * 20
    assert bucket.take(NOW) == timedelta(milliseconds=500)
    assert bucket.take(later(milliseconds=499)) is not None
    assert bucket.take(later(milliseconds=500)) is None


def test_never_holds_more_than_its_capacity() -> None:
    bucket = throttle.full(2, NOW)
    assert [bucket.take(later(hours=1)) is None for _ in range(3)] == [True, True, False]


def test_a_clock_that_stands_still_fills_nothing() -> None:
    bucket = throttle.full(1, later(seconds=5))
    assert bucket.take(NOW) is None
    assert bucket.take(NOW) is not None


@given(capacity=st.integers(1, 50), gaps=st.lists(st.integers(0, 2000), max_size=200))
def test_lets_no_more_through_than_burst_and_rate(capacity: int, gaps: list[int]) -> None:
    bucket, taken, elapsed = throttle.full(capacity, NOW), 0, 0
    for gap in gaps:
        elapsed += gap
        taken += bucket.take(later(milliseconds=elapsed)) is None
    assert taken <= capacity + capacity * elapsed / 10_000 + 1e-6
