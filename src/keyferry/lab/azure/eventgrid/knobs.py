"""How Event Grid behaves where the real service leaves it open. May change while the lab runs."""

from dataclasses import dataclass
from datetime import timedelta

from keyferry.lab.azure.eventgrid import retry


@dataclass(frozen=True, slots=True, kw_only=True)
class Knobs:
    """`schedule` is the wait after each failed attempt, its last one repeated.

    `duplicate_every` delivers the n-th, 2n-th … event once more after it was delivered, 0 none: the service promises at
    least once. `unordered` delivers the newest of what is due first: the service promises no order.
    """

    schedule: tuple[timedelta, ...] = retry.SCHEDULE
    duplicate_every: int = 0
    unordered: bool = False
