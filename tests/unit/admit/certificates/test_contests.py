from datetime import UTC, datetime, timedelta

from keyferry.admit.certificates.contests import CALM, MOST, PAUSE, WITHIN, Contests

NOW = datetime(2026, 11, 22, tzinfo=UTC)


def test_whoever_is_contradicted_all_the_time_rests_longer() -> None:
    contests = Contests()
    for number in range(MOST):
        assert contests.pause(NOW) == PAUSE, number
        contests.wrote(NOW)
    assert contests.pause(NOW) == CALM
    assert contests.pause(NOW + WITHIN) == PAUSE, "that was long ago"


def test_writes_now_and_then_are_nothing_unusual() -> None:
    contests = Contests()
    for number in range(3 * MOST):
        now = NOW + number * timedelta(seconds=10)
        contests.wrote(now)
        assert contests.pause(now) == PAUSE
