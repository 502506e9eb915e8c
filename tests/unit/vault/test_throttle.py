"""The budget of one vault: a window is never overfull, first reads go before refreshes, a 429 stops everyone."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.vault.throttle import Budget, Priority, Throttle

NOW = datetime(2026, 11, 22, tzinfo=UTC)
SECOND = timedelta(seconds=1)
NONE = timedelta(0)
SMALL = Budget(limit=8, window=timedelta(seconds=10), refresh_share=0.25, first_share=0.75)


def granted(throttle: Throttle, priority: Priority, times: int, now: datetime = NOW) -> int:
    return sum(1 for _ in range(times) if throttle.ask(now, priority) == NONE)


@pytest.mark.parametrize(
    ("priority", "expected"),
    [
        pytest.param(Priority.FIRST_READ, 3_000, id="first-reads"),
        pytest.param(Priority.REFRESH, 1_000, id="refreshes"),
    ],
)
def test_shares_of_key_vaults_limit(priority: Priority, expected: int) -> None:
    assert granted(Throttle(), priority, 4_000) == expected


def test_a_share_is_never_nothing() -> None:
    assert Budget(limit=1, refresh_share=0.0).allowance(Priority.REFRESH) == 1


def test_says_how_long_to_wait() -> None:
    throttle = Throttle(SMALL)
    for second in range(6):
        assert throttle.ask(NOW + second * SECOND, Priority.FIRST_READ) == NONE

    assert throttle.ask(NOW + 6 * SECOND, Priority.FIRST_READ) == 4 * SECOND
    assert throttle.ask(NOW + 6 * SECOND, Priority.REFRESH) == 8 * SECOND  # until only one is left in the window
    assert throttle.ask(NOW + 10 * SECOND, Priority.FIRST_READ) == NONE


def test_refreshes_leave_room_for_first_reads() -> None:
    throttle = Throttle(SMALL)

    assert granted(throttle, Priority.REFRESH, 8) == 2
    assert granted(throttle, Priority.FIRST_READ, 8) == 4
    assert granted(throttle, Priority.REFRESH, 8, NOW + 9 * SECOND) == 0


@pytest.mark.parametrize(
    ("retry_afters", "held"),
    [
        pytest.param([timedelta(seconds=20)], 20, id="the-vault's-own-word"),
        pytest.param([None], 1, id="a-second-where-it-says-nothing"),
        pytest.param([timedelta(seconds=20), timedelta(seconds=5)], 20, id="the-longest-counts"),
        pytest.param([None] * 64, 1, id="a-crowd's-answers-count-once"),
    ],
)
def test_a_429_stops_everyone(retry_afters: list[timedelta | None], held: int) -> None:
    throttle = Throttle(SMALL)
    for retry_after in retry_afters:
        throttle.throttled(NOW, retry_after)

    assert throttle.held(NOW) == held * SECOND
    assert throttle.ask(NOW + SECOND / 2, Priority.FIRST_READ) == held * SECOND - SECOND / 2
    assert throttle.ask(NOW + held * SECOND, Priority.FIRST_READ) == NONE


def test_pauses_grow_until_the_vault_answers_again() -> None:
    throttle, now, pauses = Throttle(SMALL), NOW, []
    for _ in range(6):
        throttle.throttled(now, None)
        pauses.append(int(throttle.held(now).total_seconds()))
        now += throttle.held(now)
    throttle.answered()
    throttle.throttled(now, None)

    assert pauses == [1, 2, 4, 8, 16, 16]
    assert throttle.held(now) == SECOND


def test_a_clock_set_back_neither_blocks_nor_forgives() -> None:
    throttle = Throttle(SMALL)
    assert granted(throttle, Priority.FIRST_READ, 6) == 6
    throttle.throttled(NOW, timedelta(hours=1))
    earlier = NOW - timedelta(days=1)

    assert throttle.ask(earlier, Priority.FIRST_READ) == timedelta(seconds=10)
    assert throttle.ask(earlier + timedelta(seconds=10), Priority.FIRST_READ) == NONE


@given(
    st.lists(
        st.tuples(st.integers(0, 5_000), st.sampled_from(Priority), st.sampled_from([None, None, None, 0, 3_000])),
        max_size=120,
    )
)
def test_no_window_ever_holds_more_than_its_budget(steps: list[tuple[int, Priority, int | None]]) -> None:
    throttle, now = Throttle(SMALL), NOW
    sent: list[datetime] = []
    held_until = NOW
    for milliseconds, priority, retry_after in steps:
        now += timedelta(milliseconds=milliseconds)
        if retry_after is not None:
            throttle.throttled(now, timedelta(milliseconds=retry_after))
            held_until = max(held_until, now + timedelta(milliseconds=retry_after))
        wait = throttle.ask(now, priority)
        if wait == NONE:
            assert now >= held_until
            sent.append(now)
            recent = [one for one in sent if one > now - SMALL.window]
            assert len(recent) <= SMALL.allowance(priority)
        else:
            assert wait > NONE


@given(st.lists(st.integers(0, 3_000), max_size=40), st.sampled_from(Priority))
def test_asking_again_after_the_wait_is_granted(steps: list[int], priority: Priority) -> None:
    throttle, now = Throttle(SMALL), NOW
    for milliseconds in steps:
        now += timedelta(milliseconds=milliseconds)
        wait = throttle.ask(now, priority)
        if wait:
            now += wait
            assert throttle.ask(now, priority) == NONE


def test_a_clock_set_back_ends_a_pause_that_was_asked_for() -> None:
    throttle = Throttle(SMALL)
    throttle.throttled(NOW, timedelta(hours=1))

    assert throttle.held(NOW - timedelta(days=1)) == NONE
