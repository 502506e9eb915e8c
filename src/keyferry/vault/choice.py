"""List the vault, or read one by one: whichever costs fewer requests. Pure. Called by vault.feed."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from keyferry.vault.moment import Moment

REFUSED_FOR: Final = timedelta(minutes=10)  # a role takes up to so long to take effect
FAILED_FOR: Final = timedelta(minutes=1)
FAILURES: Final = 3  # in a row: lists fail where reads may not
LEARNED_FOR: Final = timedelta(hours=6)  # then the size of the vault is looked at again: it may have shrunk


class Mode(StrEnum):
    """How a feed asks the vault."""

    LIST = "list"
    READS = "reads"


class Choice:
    """What is known of the cost of a list. `mode` and `why` tell the last choice to a person."""

    def __init__(self) -> None:
        self.mode = Mode.READS
        self.why = "nothing was asked for yet"
        self.pages: int | None = None  # the last list's requests, or an estimate where it was cut short
        self._learned: Moment | None = None
        self._barred: tuple[Moment, timedelta, str] | None = None
        self._failures = 0

    def most_pages(self, worth: int, now: Moment) -> int:
        """Return after how many pages a list is no cheaper than `worth` reads; 0 to read.

        The size of a vault never listed is unknown: a list is tried that gives up before it costs more than the reads.
        """
        reads = f"{worth} read{'' if worth == 1 else 's'} could be saved"
        if self._barred and self.is_barred(now):
            return self._read(f"{reads}, and {self._barred[2]}")
        if self._learned and self._learned.age(now) >= LEARNED_FOR:
            self._learned = self.pages = None
        size = "of unknown size" if self.pages is None else f"of {self.pages} pages"
        if worth <= (self.pages or 1):
            return self._read(f"{reads}, and a list {size} is no cheaper")
        self.mode, self.why = Mode.LIST, f"{reads}, and a list {size} costs less"
        return worth

    def is_barred(self, now: Moment) -> bool:
        """Tell whether reads take the place of lists for now, whatever they cost."""
        return self._barred is not None and self._barred[0].age(now) < self._barred[1]

    def listed(self, pages: int, *, whole: bool, now: Moment) -> None:
        """Learn from a list that took `pages` requests; one that is not `whole` would have taken many more."""
        self.pages = max(pages, 1) if whole else 2 * pages
        self._learned = now
        self._barred = None
        self._failures = 0

    def refused(self, now: Moment) -> None:
        """Learn that the identity may not list; it is tried again in a while."""
        self._barred = (now, REFUSED_FOR, "the identity may not list this vault")

    def failed(self, now: Moment) -> None:
        """Learn that a list failed. After some in a row reads take its place for a moment."""
        self._failures += 1
        if self._failures >= FAILURES:
            self._barred = (now, FAILED_FOR, f"the last {self._failures} lists failed")

    def forget(self) -> None:
        """Forget refusals and failures: what they came from may be mended."""
        self._barred = None
        self._failures = 0

    def _read(self, why: str) -> int:
        self.mode, self.why = Mode.READS, why
        return 0
