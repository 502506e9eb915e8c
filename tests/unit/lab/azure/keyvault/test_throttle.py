from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.keyvault.throttle import WINDOW, Window
from tests.fakes.lab_azure import NOW, later

NONE = timedelta(0)


def _take(window: Window, capacity: int, now: datetime, units: int = 1) -> bool:
    fits = window.wait(units, capacity, now) == NONE
    if fits:
        window.take(units, now)
    return fits


def test_takes_its_capacity_at_once_and_no_more_for_ten_seconds() -> None:
    window = Window()
    assert [_take(window, 20, NOW) for _ in range(21)] == [True] * 20 + [False]
    assert window.wait(1, 20, later(seconds=4)) == timedelta(seconds=6)
    assert not _take(window, 20, later(seconds=9.999))
    assert [_take(window, 20, later(seconds=10)) for _ in range(21)] == [True] * 20 + [False]


def test_what_costs_more_waits_for_as_much_to_leave() -> None:
    window = Window()
    for second in range(3):
        window.take(2, later(seconds=second))
    assert window.wait(2, 8, later(seconds=3)) == NONE
    assert window.wait(3, 8, later(seconds=3)) == timedelta(seconds=7)
    assert window.wait(5, 8, later(seconds=3)) == timedelta(seconds=8)


def test_what_costs_more_than_the_capacity_waits_for_an_empty_window() -> None:
    window = Window()
    window.take(1, NOW)
    assert window.wait(8, 4, later(seconds=1)) == timedelta(seconds=9)
    assert window.wait(8, 4, later(seconds=10)) == NONE


@given(
    capacity=st.integers(1, 20),
    gaps=st.lists(st.tuples(st.integers(0, 2000), st.integers(1, 20)), max_size=100),
)
def test_no_window_of_ten_seconds_ever_has_more_than_the_capacity(capacity: int, gaps: list[tuple[int, int]]) -> None:
    window, now, taken = Window(), NOW, list[tuple[datetime, int]]()
    for gap, units in gaps:
        now += timedelta(milliseconds=gap)
        cost = min(units, capacity)
        if _take(window, capacity, now, cost):
            taken.append((now, cost))
    for instant, _ in taken:
        assert sum(units for at, units in taken if instant <= at < instant + WINDOW) <= capacity


@given(capacity=st.integers(1, 10), gaps=st.lists(st.integers(0, 3000), max_size=50))
def test_the_wait_that_it_names_is_enough_and_not_too_long(capacity: int, gaps: list[int]) -> None:
    window, now = Window(), NOW
    for gap in gaps:
        now += timedelta(milliseconds=gap)
        window.take(1, now)
    wait = window.wait(1, capacity, now)
    if wait:
        assert window.wait(1, capacity, now + wait - timedelta(milliseconds=1)) > NONE
    assert window.wait(1, capacity, now + wait) == NONE
