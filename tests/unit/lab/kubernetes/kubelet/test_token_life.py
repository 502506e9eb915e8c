from datetime import UTC, datetime, timedelta

import pytest

from keyferry.lab.kubernetes.kubelet import token_life

START = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("lifetime", "age", "due"),
    [
        pytest.param(timedelta(hours=1), timedelta(minutes=47), False, id="young"),
        pytest.param(timedelta(hours=1), timedelta(minutes=48, seconds=1), True, id="a-fifth-left"),
        pytest.param(timedelta(days=365), timedelta(hours=23), False, id="less-than-a-day"),
        pytest.param(timedelta(days=365), timedelta(hours=24, seconds=1), True, id="a-day-old"),
    ],
)
def test_a_token_is_replaced_in_time(lifetime: timedelta, age: timedelta, due: bool) -> None:
    assert token_life.is_due(START + lifetime, lifetime, START + age, timedelta()) is due


def test_jitter_makes_it_earlier() -> None:
    hour = timedelta(hours=1)
    at = START + timedelta(minutes=47, seconds=55)
    assert not token_life.is_due(START + hour, hour, at, timedelta())
    assert token_life.is_due(START + hour, hour, at, timedelta(seconds=10))


def test_it_ends() -> None:
    assert token_life.is_expired(START, START)
    assert not token_life.is_expired(START, START - timedelta(seconds=1))
