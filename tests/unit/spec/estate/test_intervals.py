"""keyferry.spec.estate.intervals"""

import pytest

from keyferry.spec.estate import intervals


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("1h30m", None, id="duration"),
        pytest.param("0", None, id="nothing"),
        pytest.param("-1h", "is negative", id="negative"),
        pytest.param("60", "is no duration", id="without-a-unit"),
        pytest.param("hunter2", "is no duration", id="a-word"),
        pytest.param("9" * 100 + "h", "is no duration", id="too-long"),
    ],
)
def test_intervals(text: str, message: str | None) -> None:
    complaint = intervals.interval(text)
    assert (complaint and complaint.message) == message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        pytest.param("15m", None, id="window"),
        pytest.param("24h", None, id="longest"),
        pytest.param("20m", "is no window that Azure has", id="no-window"),
        pytest.param("0", "is no window that Azure has", id="nothing"),
        pytest.param("x", "is no duration", id="a-word"),
    ],
)
def test_windows(text: str, message: str | None) -> None:
    complaint = intervals.window(text)
    assert (complaint and complaint.message) == message
