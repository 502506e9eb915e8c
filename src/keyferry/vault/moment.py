"""When something happened, told so that a clock which is set back or forward cannot make it look fresh. Pure."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One instant on two clocks: `at`, which people set and which runs while a machine is suspended, and `ticks`.

    `ticks` only ever grows, from a start that means nothing.
    """

    at: datetime
    ticks: timedelta

    def age(self, now: "Moment") -> timedelta:
        """Return how long ago this was at `now`: by the clock that says longer, so never less than it truly was.

        Only a clock that is set back while the machine is suspended could still hide time.
        """
        return max(now.ticks - self.ticks, now.at - self.at)

    def instant(self, now: "Moment") -> datetime:
        """Return when it was in the reckoning of the clock as it is set `now`."""
        return now.at - self.age(now)
