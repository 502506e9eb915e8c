"""Which failed requests are worth repeating at once, and after how long. Everything else is the caller's policy."""

from datetime import timedelta
from typing import Final

from keyferry.model.errors import KeyferryError, Throttled, Unavailable

MAX_ATTEMPTS: Final = 4
FIRST_WAIT: Final = timedelta(milliseconds=100)
MAX_WAIT: Final = timedelta(seconds=5)  # whoever must wait longer gives its worker back


def wait_before_retry(
    error: KeyferryError,
    attempt: int,
    *,
    is_read: bool,
    asked: timedelta | None,
    jitter: float,
) -> timedelta | None:
    """Return the wait before attempt `attempt + 1`, or None to give up. `jitter` is in [0, 1).

    A write is repeated only when it was certainly not carried out, that is after 429; a read after anything that
    waiting may heal. `asked` is the wait that the server asks for: it is never shortened.
    """
    if attempt >= MAX_ATTEMPTS or not isinstance(error, Unavailable):
        return None
    if not is_read and not isinstance(error, Throttled):
        return None
    wait = FIRST_WAIT * 2 ** (attempt - 1) * (1 + jitter) if asked is None else asked * (1 + 0.1 * jitter)
    return wait if wait <= MAX_WAIT else None
