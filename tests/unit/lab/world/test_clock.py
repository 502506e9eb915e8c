from datetime import UTC, datetime, timedelta

import pytest

from keyferry.lab.world.clock import Clock

SYSTEM = datetime(2026, 1, 1, tzinfo=UTC)


def test_reads_the_system_instant_until_advanced() -> None:
    assert Clock().now(SYSTEM) == SYSTEM


def test_adds_up_what_it_was_advanced_by() -> None:
    clock = Clock(timedelta(minutes=1))
    clock.advance(timedelta(hours=1))
    clock.advance(timedelta(seconds=5))
    assert clock.offset == timedelta(hours=1, minutes=1, seconds=5)
    assert clock.now(SYSTEM) == SYSTEM + clock.offset


def test_refuses_to_run_back() -> None:
    with pytest.raises(ValueError, match="only moves ahead"):
        Clock().advance(timedelta(seconds=-1))


def test_refuses_an_instant_without_a_time_zone() -> None:
    with pytest.raises(ValueError, match="no time zone"):
        Clock().now(SYSTEM.replace(tzinfo=None))
