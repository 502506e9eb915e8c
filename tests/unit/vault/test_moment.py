"""Ages on two clocks: nothing looks younger than it is."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.vault.moment import Moment

START = Moment(at=datetime(2026, 11, 22, tzinfo=UTC), ticks=timedelta(seconds=100))


def later(*, wall: int, ticks: int) -> Moment:
    return Moment(at=START.at + timedelta(seconds=wall), ticks=START.ticks + timedelta(seconds=ticks))


@pytest.mark.parametrize(
    ("wall", "ticks", "age"),
    [
        pytest.param(5, 5, 5, id="both-agree"),
        pytest.param(-60, 5, 5, id="set-back"),
        pytest.param(3_600, 5, 3_600, id="set-forward-or-suspended"),
    ],
)
def test_the_longer_age_counts(wall: int, ticks: int, age: int) -> None:
    now = later(wall=wall, ticks=ticks)

    assert START.age(now) == timedelta(seconds=age)
    assert START.instant(now) == now.at - timedelta(seconds=age)
