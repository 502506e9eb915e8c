from datetime import timedelta

import pytest

from keyferry.lab.kubernetes.tables import durations
from tests.fakes.kubernetes_cluster import START


@pytest.mark.parametrize(
    ("duration", "text"),
    [
        pytest.param({"seconds": -5}, "<invalid>", id="future"),
        pytest.param({"seconds": -1}, "0s", id="clock-skew"),
        pytest.param({"seconds": 119}, "119s", id="seconds"),
        pytest.param({"seconds": 150}, "2m30s", id="minutes-and-seconds"),
        pytest.param({"minutes": 3}, "3m", id="whole-minutes"),
        pytest.param({"minutes": 14}, "14m", id="minutes"),
        pytest.param({"hours": 7, "minutes": 12}, "7h12m", id="hours-and-minutes"),
        pytest.param({"hours": 20}, "20h", id="hours"),
        pytest.param({"days": 3, "hours": 2}, "3d2h", id="days-and-hours"),
        pytest.param({"days": 40}, "40d", id="days"),
        pytest.param({"days": 741}, "2y11d", id="years-and-days"),
        pytest.param({"days": 3650}, "10y", id="years"),
    ],
)
def test_prints_durations(duration: dict[str, float], text: str) -> None:
    assert durations.human(timedelta(**duration)) == text


def test_prints_ages() -> None:
    assert durations.age("2026-03-01T11:59:00Z", START) == "60s"
    assert durations.age(None, START) == "<unknown>"
