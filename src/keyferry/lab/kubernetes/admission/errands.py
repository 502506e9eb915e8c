"""Writes of control loops that wait for webhooks. A loop cannot wait: it tries the same write again later.

The write goes on where it stopped, inside the loop that tries again, so that nothing happens behind a loop's back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from keyferry.lab.kubernetes.admission.asking import Asks, Heard, Review, T

Key = tuple[str, ...]
FORGOTTEN = timedelta(minutes=1)  # after which nobody will try again


class WaitingError(Exception):
    """A webhook has not answered yet; nothing is written."""


@dataclass(slots=True, eq=False)
class Errand:
    """A write under way. Whoever asks the webhooks says in `heard` what came of it."""

    review: Review[Any]
    asks: Asks
    since: datetime
    heard: tuple[Heard, ...] | None = None


class Errands:
    """The writes under way of one cluster."""

    def __init__(self) -> None:
        self._waiting: dict[Key, Errand] = {}
        self._begun: list[Errand] = []

    def begun(self) -> list[Errand]:
        """Return the errands whose webhooks nobody asks yet, each once."""
        begun, self._begun = self._begun, []
        return begun

    def carry(self, key: Key, begin: Callable[[], Review[T]], now: datetime) -> T:
        """Begin a write or go on with it, and return its result; WaitingError while webhooks are being asked."""
        errand = self._waiting.pop(key, None)
        if errand is not None and errand.heard is None:
            self._waiting[key] = errand
            raise WaitingError
        review: Review[T] = begin() if errand is None else errand.review
        try:
            asks = next(review) if errand is None or errand.heard is None else review.send(errand.heard)
        except StopIteration as end:
            result: T = end.value
            return result
        self._wait(key, Errand(review, asks, now))
        raise WaitingError

    def _wait(self, key: Key, errand: Errand) -> None:
        old = [one for one, other in self._waiting.items() if errand.since - other.since > FORGOTTEN]
        for one in old:
            del self._waiting[one]
        self._waiting[key] = errand
        self._begun.append(errand)
