"""Somebody's wish for the whole list of a vault, and the last one that was seen. Pure. Called by vault.passes."""

from datetime import timedelta

from keyferry.model.secrets import SecretName, SecretProperties
from keyferry.vault.entry import KEPT_INTERVALS, LEAST_KEPT
from keyferry.vault.feed import differences
from keyferry.vault.moment import Moment


class Interest:
    """Keeps a list as long as somebody asks for lists again and again."""

    def __init__(self) -> None:
        self._kept_until = timedelta.min  # in ticks
        self._at: Moment | None = None
        self._properties: tuple[SecretProperties, ...] = ()
        self._is_doubtful = False

    def asked(self, interval: timedelta, now: Moment) -> None:
        """Take in that somebody wants to know the list no older than `interval`, and will ask again."""
        self._kept_until = max(self._kept_until, now.ticks + max(LEAST_KEPT, KEPT_INTERVALS * interval))

    def is_alive(self, now: Moment) -> bool:
        """Tell whether somebody has asked lately; when not, the list is let go."""
        if now.ticks <= self._kept_until:
            return True
        self._at, self._properties = None, ()
        return False

    def held(self, interval: timedelta, now: Moment) -> tuple[tuple[SecretProperties, ...], Moment] | None:
        """Return the last list and when it began, if it is young enough for `interval`."""
        if self._at is None or self._is_doubtful or self._at.age(now) >= interval / 2:
            return None
        return self._properties, self._at

    def doubted(self) -> None:
        """Take in that something changed: the list held will not do."""
        self._is_doubtful = True

    def listed(self, properties: tuple[SecretProperties, ...], at: Moment, now: Moment) -> tuple[SecretName, ...]:
        """Take in a whole list that began `at`; return the names that differ from the one before."""
        if not self.is_alive(now):
            return ()
        before = self._properties if self._at is not None else properties
        self._properties, self._at, self._is_doubtful = properties, at, False
        return differences(before, properties)
