"""How many requests came, by where, what and outcome."""

from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Count:
    """`where` is a vault's name, or the host of another service; `number` of requests answered with `status`."""

    where: str
    operation: str
    status: int
    number: int


class Counters:
    """Counts requests since the start or the last reset."""

    def __init__(self) -> None:
        self._numbers: Counter[tuple[str, str, int]] = Counter()

    def add(self, where: str, operation: str, status: int) -> None:
        """Count one request."""
        self._numbers[where, operation, status] += 1

    def number(self, where: str = "", operation: str = "", status: int = 0) -> int:
        """Return how many requests match; an argument left out matches all."""
        return sum(
            number
            for (there, done, answered), number in self._numbers.items()
            if where in ("", there) and operation in ("", done) and status in (0, answered)
        )

    def counts(self) -> tuple[Count, ...]:
        """Return all counts, sorted."""
        return tuple(
            sorted(
                Count(where=where, operation=operation, status=status, number=number)
                for (where, operation, status), number in self._numbers.items()
            )
        )

    def reset(self) -> None:
        """Start again at nothing."""
        self._numbers.clear()
