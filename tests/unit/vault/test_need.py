"""Which looks at the vault are young enough."""

from datetime import UTC, datetime, timedelta

import pytest

from keyferry.vault.moment import Moment
from keyferry.vault.need import Began, Need, within


def moment(seconds: int) -> Moment:
    return Moment(at=datetime(2026, 11, 22, tzinfo=UTC), ticks=timedelta(seconds=seconds))


LOOK = Began(order=5, at=moment(100))


@pytest.mark.parametrize(
    ("need", "began", "met"),
    [
        pytest.param(Need(), LOOK, True, id="anything"),
        pytest.param(Need(order=9), None, True, id="one-that-has-not-begun"),
        pytest.param(Need(order=5), LOOK, True, id="from-its-order-on"),
        pytest.param(Need(order=6), LOOK, False, id="a-later-one"),
        pytest.param(within(timedelta(seconds=60), moment(130)), LOOK, True, id="half-an-interval-ago"),
        pytest.param(within(timedelta(seconds=60), moment(131)), LOOK, False, id="longer-ago"),
        pytest.param(Need(order=6).merged(Need(ticks=timedelta(0))), LOOK, False, id="both-of-two"),
        pytest.param(Need(order=5).merged(None), LOOK, True, id="merged-with-none"),
    ],
)
def test_tells_what_will_do(need: Need, began: Began | None, met: bool) -> None:
    assert need.is_met(began) is met
