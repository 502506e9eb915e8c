"""A meter lets a rendering spend what it has, and no more."""

import pytest

from keyferry.template.meter import LimitReached, Meter


def test_a_meter_says_what_ran_out() -> None:
    meter = Meter(steps=1, bytes_left=3)
    meter.step()
    meter.charge(3)
    with pytest.raises(LimitReached, match="steps"):
        meter.step()
    with pytest.raises(LimitReached, match="bytes"):
        meter.charge(1)
