"""Growth is paid for before it happens, and nesting has an end."""

from collections.abc import Callable

import pytest

from keyferry.template.functions import costs
from keyferry.template.functions.function import LimitReached, Surroundings
from tests.fakes.template_functions import world


@pytest.mark.parametrize(
    ("pay", "steps", "size"),
    [
        pytest.param(costs.looks, 10, 0, id="looking-at-items"),
        pytest.param(lambda surroundings, count: costs.characters(surroundings, b"x" * count), 10, 0, id="characters"),
        pytest.param(costs.items, 11, 1408, id="a-list"),
        pytest.param(costs.entries, 11, 5248, id="a-map"),
        pytest.param(costs.text, 0, 80, id="a-text"),
    ],
)
def test_takes_steps_and_bytes(pay: Callable[[Surroundings, int], None], steps: int, size: int) -> None:
    surroundings = world(steps=100, bytes_left=10_000)
    pay(surroundings, 80)
    assert (100 - surroundings.meter.steps, 10_000 - surroundings.meter.bytes_left) == (steps, size)


def test_nesting_ends() -> None:
    assert costs.deeper(0) == 1
    with pytest.raises(LimitReached, match="depth"):
        costs.deeper(costs.MAX_DEPTH)
