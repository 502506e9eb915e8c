from datetime import timedelta

from keyferry.runtime import clock


def test_tells_an_aware_instant_in_utc() -> None:
    assert clock.SystemClock().now().utcoffset() == timedelta(0)
