"""A word on the terminal while something takes long, and nothing where it does not or where nobody sits."""

from collections.abc import Callable
from datetime import datetime, timedelta
from itertools import count
from typing import Final, TextIO

from keyferry.runtime.clock import Clock

_QUIET: Final = timedelta(seconds=2)
_BETWEEN: Final = timedelta(milliseconds=200)
_WIPE: Final = "\r\x1b[K"


class Patience:
    """Tells on `stream` how far a command is, once it has worked for two seconds; `wipe` leaves no trace of it."""

    def __init__(self, stream: TextIO, clock: Clock) -> None:
        self._stream = stream
        self._clock = clock
        self._is_watched = stream.isatty()
        self._next: datetime = clock.now() + _QUIET
        self._is_shown = False

    def counting(self, what: str) -> Callable[[], None]:
        """Return what is to be called for each thing done: so many of `what` is told."""
        numbers = count(1)
        return lambda: self.tell(f"{next(numbers):,} {what}")

    def tell(self, text: str) -> None:
        """Show `text` in place of what was shown before, a few times a second at most."""
        if not self._is_watched or (now := self._clock.now()) < self._next:
            return
        self._stream.write(f"{_WIPE}{text}")
        self._stream.flush()
        self._next = now + _BETWEEN
        self._is_shown = True

    def wipe(self) -> None:
        """Remove what is shown."""
        if self._is_shown:
            self._stream.write(_WIPE)
            self._stream.flush()
            self._is_shown = False
