"""How young an answer must be, and when a look at the vault began. Pure."""

from dataclasses import dataclass
from datetime import timedelta

from keyferry.vault.moment import Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """A look at the vault: its place in the feed's order, in which later ones are higher, and when it began."""

    order: int
    at: Moment


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """Only what began at `order` or later will do, and not before `ticks`. The default takes whatever is under way.

    `is_fresh` is the need of one who has nothing yet to fall back on.
    """

    order: int = 0
    ticks: timedelta = timedelta.min
    is_fresh: bool = False

    def is_met(self, began: Began | None) -> bool:
        """Tell whether a look that began so will do; None for one that has not begun."""
        return began is None or (began.order >= self.order and began.at.ticks >= self.ticks)

    def merged(self, other: "Need | None") -> "Need":
        """Return what meets both."""
        if other is None:
            return self
        return Need(
            order=max(self.order, other.order),
            ticks=max(self.ticks, other.ticks),
            is_fresh=self.is_fresh or other.is_fresh,
        )


def within(interval: timedelta, now: Moment, order: int = 0) -> Need:
    """Return the need of who wants to know something no older than `interval`: half of it, as for what is in memory.

    `order` is the first that is later than what is in memory.
    """
    return Need(ticks=now.ticks - interval / 2, order=order)
