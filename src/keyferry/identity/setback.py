"""Remembers a failure for a short, growing time, so that a crowd does not repeat it. Pure: time is an argument."""

from datetime import datetime, timedelta
from typing import Final

from keyferry.model.errors import KeyferryError, Unavailable

FIRST_PAUSE: Final = timedelta(seconds=1)
LONGEST_PAUSE: Final = timedelta(seconds=15)  # a mended grant should be noticed while its mender still looks
LONGEST_ASKED: Final = timedelta(seconds=60)  # of a service's own `Retry-After`


class Setback:
    """One thing's recent failure. Each failure in a row doubles the pause, from `FIRST_PAUSE` to `LONGEST_PAUSE`."""

    def __init__(self) -> None:
        self._error: KeyferryError | None = None
        self._until: datetime | None = None
        self._failures = 0

    def current(self, now: datetime) -> KeyferryError | None:
        """Return the failure that still counts at `now`, or None when another try is due."""
        if self._until is None or now >= self._until:
            return None
        if self._until - now > LONGEST_ASKED:  # the clock was set back: do not wait for it to catch up
            return None
        return self._error

    @property
    def last(self) -> KeyferryError | None:
        """The failure of the last try, also when another one is due; None after a success."""
        return self._error

    def failed(self, error: KeyferryError, now: datetime) -> None:
        """Remember `error`; a service's own `Retry-After` prevails where it asks for more, within bounds."""
        pause = min(FIRST_PAUSE * 2 ** min(self._failures, 10), LONGEST_PAUSE)
        if isinstance(error, Unavailable) and error.retry_after is not None:
            pause = min(max(pause, error.retry_after), LONGEST_ASKED)
        self._failures += 1
        self._error = error
        self._until = now + pause

    def forget(self) -> None:
        """Let the next try go ahead as if nothing had happened."""
        self._error = None
        self._until = None
        self._failures = 0
