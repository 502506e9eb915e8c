from datetime import timedelta

import pytest

from keyferry.kube.wire import retries
from keyferry.model.errors import KeyferryError, NotFound, Throttled, Unavailable

DOWN = Unavailable(what="down")
BUSY = Throttled(what="busy", retry_after=None)


@pytest.mark.parametrize(
    ("error", "attempt", "is_read", "asked", "wait"),
    [
        pytest.param(DOWN, 1, True, None, 0.1, id="reads-are-repeated"),
        pytest.param(DOWN, 3, True, None, 0.4, id="after-longer-waits"),
        pytest.param(DOWN, 4, True, None, None, id="a-few-times"),
        pytest.param(DOWN, 1, False, None, None, id="writes-are-not-repeated-blindly"),
        pytest.param(BUSY, 1, False, 1, 1.0, id="a-throttled-write-was-not-carried-out"),
        pytest.param(BUSY, 1, False, None, 0.1, id="throttled-without-a-word-how-long"),
        pytest.param(DOWN, 1, True, 2, 2.0, id="the-servers-wait-is-honoured"),
        pytest.param(BUSY, 1, True, 30, None, id="long-waits-are-the-callers"),
        pytest.param(NotFound(what="gone"), 1, True, None, None, id="nothing-that-waiting-does-not-heal"),
    ],
)
def test_wait(error: KeyferryError, attempt: int, is_read: bool, asked: int | None, wait: float | None) -> None:
    given = None if asked is None else timedelta(seconds=asked)
    result = retries.wait_before_retry(error, attempt, is_read=is_read, asked=given, jitter=0.0)
    assert result == (None if wait is None else timedelta(seconds=wait))


def test_jitter_never_shortens_what_the_server_asked_for() -> None:
    result = retries.wait_before_retry(BUSY, 1, is_read=True, asked=timedelta(seconds=1), jitter=0.99)
    assert result is not None
    assert timedelta(seconds=1) < result < timedelta(seconds=1.1)
