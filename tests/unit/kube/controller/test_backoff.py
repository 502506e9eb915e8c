from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.controller import backoff
from keyferry.kube.controller.backoff import Backoff


def test_each_wait_is_twice_the_last_up_to_the_longest() -> None:
    waits: Backoff[str] = Backoff(first=timedelta(seconds=1), longest=timedelta(seconds=5))
    assert [waits.failed("a", 0.0).total_seconds() for _ in range(5)] == [1, 2, 4, 5, 5]
    assert waits.failures("a") == 5


def test_keys_are_counted_apart_and_forgotten_apart() -> None:
    waits: Backoff[str] = Backoff(first=timedelta(seconds=1))
    waits.failed("a", 0.0)
    assert waits.failed("b", 0.0) == timedelta(seconds=1)
    waits.forget("a")
    waits.forget("never-failed")
    assert waits.failed("a", 0.0) == timedelta(seconds=1)
    assert waits.failed("b", 0.0) == timedelta(seconds=2)


@given(st.integers(0, 10_000), st.floats(0, 1, exclude_max=True))
def test_a_wait_is_within_its_bounds_however_often_it_failed(failures: int, jitter: float) -> None:
    first, longest = timedelta(seconds=1), timedelta(minutes=5)
    wait = backoff.wait(failures, jitter, first=first, longest=longest)
    assert first / 2 <= wait <= longest


@pytest.mark.parametrize("failures", [0, 7])
def test_a_first_wait_above_the_longest_is_cut(failures: int) -> None:
    wait = backoff.wait(failures, 0.0, first=timedelta(minutes=2), longest=timedelta(minutes=1))
    assert wait == timedelta(minutes=1)
