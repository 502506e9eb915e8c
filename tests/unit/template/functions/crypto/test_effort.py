"""Time is paid for before it is spent."""

import pytest

from keyferry.template.functions.crypto import effort
from keyferry.template.functions.function import LimitReached, Meter, Surroundings


def test_steps_and_bytes_are_paid() -> None:
    world = Surroundings(meter=Meter(steps=10, bytes_left=5))
    effort.spend(world, 10, 5)
    assert (world.meter.steps, world.meter.bytes_left) == (0, 0)
    with pytest.raises(LimitReached):
        effort.spend(world, 1)


def test_a_rendering_makes_some_keys_and_no_more() -> None:
    steps = Surroundings().meter.steps
    assert 1 < steps // effort.LARGE_KEY < 10
    assert 10 < steps // effort.RSA_2048 < 50


def test_a_proof_costs_more_than_the_key_is_longer() -> None:
    assert effort.proof(2_400) > 6 * effort.proof(1_270) > 0


def test_using_a_long_key_costs_more_than_reading_it() -> None:
    assert effort.use(8_192) > 10 * effort.PRIVATE_KEY > effort.use(2_048) > 0
