"""The lab's clock: the machine's instant, which is an argument, moved ahead by as much as a story needs."""

from datetime import datetime, timedelta


class Clock:
    """Reads ahead of the system clock by `offset`, which only grows: time in the lab never runs back.

    Both halves of the lab share one clock, so that a token's `exp` means the same to who signs and who verifies it.
    """

    def __init__(self, offset: timedelta = timedelta(0)) -> None:
        self._offset = offset

    @property
    def offset(self) -> timedelta:
        """How far the lab is ahead of the machine."""
        return self._offset

    def now(self, system: datetime) -> datetime:
        """Return the lab's instant for the machine's instant `system`, which must be aware."""
        if system.tzinfo is None:
            raise ValueError("the system instant has no time zone")
        return system + self._offset

    def advance(self, by: timedelta) -> None:
        """Move ahead by `by`. ValueError when it is negative."""
        if by < timedelta(0):
            raise ValueError("the lab's clock only moves ahead")
        self._offset += by
