"""How many requests came, by where, what and outcome."""

from collections import Counter
from dataclasses import dataclass
from typing import Final

MAX_PLACES: Final = 1000  # clients can make up regions of Entra
OTHER: Final = "other"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Count:
    """`where` is a vault's name, or the host of another service; `number` of requests answered with `status`."""

    where: str
    operation: str
    status: int
    number: int


class Counters:
    """Counts requests since the start or the last reset. Beyond `MAX_PLACES` all further places are one, `OTHER`."""

    def __init__(self) -> None:
        self._numbers: Counter[tuple[str, str, int]] = Counter()
        self._places: set[str] = set()

    def add(self, where: str, operation: str, status: int) -> None:
        """Count one request."""
        if len(self._places) < MAX_PLACES:
            self._places.add(where)
        self._numbers[where if where in self._places else OTHER, operation, status] += 1

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
        self._places.clear()
