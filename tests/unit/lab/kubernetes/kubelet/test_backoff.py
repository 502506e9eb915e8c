import pytest

from keyferry.lab.kubernetes.kubelet import backoff


@pytest.mark.parametrize(
    ("failures", "seconds"),
    [(1, 0.5), (2, 1.0), (3, 2.0), (8, 64.0), (9, 122.0), (100_000, 122.0)],
)
def test_doubles_up_to_two_minutes_and_two_seconds(failures: int, seconds: float) -> None:
    assert backoff.after(failures) == seconds
