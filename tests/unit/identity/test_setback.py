"""A failure is remembered for a short, growing time."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.identity.setback import LONGEST_ASKED, Setback
from keyferry.model.errors import KeyferryError, Throttled, Unavailable

NOW = datetime(2026, 11, 22, tzinfo=UTC)
ERROR = Unavailable(what="no")


def test_starts_without_one() -> None:
    assert Setback().current(NOW) is None


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [
        pytest.param(1, 1, id="first"),
        pytest.param(2, 2, id="doubles"),
        pytest.param(4, 8, id="doubles-on"),
        pytest.param(5, 15, id="has-a-bound"),
        pytest.param(99, 15, id="stays-there"),
    ],
)
def test_pauses_grow_with_failures_in_a_row(failures: int, seconds: int) -> None:
    setback = Setback()
    for _ in range(failures):
        setback.failed(ERROR, NOW)

    assert setback.current(NOW + timedelta(seconds=seconds - 0.001)) is ERROR
    assert setback.current(NOW + timedelta(seconds=seconds)) is None


@pytest.mark.parametrize(
    ("retry_after", "seconds"),
    [
        pytest.param(None, 1, id="none-given"),
        pytest.param(timedelta(seconds=0.1), 1, id="shorter-than-ours"),
        pytest.param(timedelta(seconds=20), 20, id="the-service's-own"),
        pytest.param(timedelta(hours=1), 60, id="within-bounds"),
    ],
)
def test_honours_what_the_service_asks(retry_after: timedelta | None, seconds: int) -> None:
    setback = Setback()
    error: KeyferryError = Throttled(retry_after=retry_after, what="slow down")
    setback.failed(error, NOW)

    assert setback.current(NOW + timedelta(seconds=seconds - 0.001)) is error
    assert setback.current(NOW + timedelta(seconds=seconds)) is None


def test_forgets_when_told_and_starts_over() -> None:
    setback = Setback()
    for _ in range(4):
        setback.failed(ERROR, NOW)
    setback.forget()

    assert setback.current(NOW) is None
    setback.failed(ERROR, NOW)
    assert setback.current(NOW + timedelta(seconds=1)) is None


def test_a_clock_set_back_does_not_prolong_it() -> None:
    setback = Setback()
    setback.failed(ERROR, NOW)

    assert setback.current(NOW - 2 * LONGEST_ASKED) is None


def test_the_last_failure_is_known_also_when_another_try_is_due() -> None:
    setback = Setback()
    setback.failed(ERROR, NOW)
    assert setback.current(NOW + timedelta(hours=1)) is None
    assert setback.last is ERROR


def test_a_success_ends_the_last_failure() -> None:
    setback = Setback()
    setback.failed(ERROR, NOW)
    setback.forget()
    assert setback.last is None
