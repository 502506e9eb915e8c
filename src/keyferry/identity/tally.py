"""Counts requests by kind and outcome, for metrics and for tests that ask how often something was asked."""

from collections import Counter
from collections.abc import Mapping
from enum import StrEnum


class RequestKind(StrEnum):
    """What a request was for. CHALLENGE is a vault's 401 answer that tells how to authenticate."""

    TOKEN = "token"  # noqa: S105  (a label, not a password)
    GET = "get"
    LIST = "list"
    WRITE = "write"
    CHALLENGE = "challenge"


class Outcome(StrEnum):
    """How a request ended, by who must act."""

    OK = "ok"
    REFUSED = "refused"
    NOT_FOUND = "not_found"
    THROTTLED = "throttled"
    UNAVAILABLE = "unavailable"


class Tally:
    """A counter for each pair. Not thread-safe; one event loop owns it."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[RequestKind, Outcome]] = Counter()

    def count(self, kind: RequestKind, outcome: Outcome) -> None:
        """Add one."""
        self._counts[kind, outcome] += 1

    def snapshot(self) -> Mapping[tuple[RequestKind, Outcome], int]:
        """Return the counts up to now; the copy does not change afterwards."""
        return dict(self._counts)


def outcome_of(status: int) -> Outcome:
    """Return the outcome that an HTTP status stands for."""
    if status < 400:
        return Outcome.OK
    if status == 404:
        return Outcome.NOT_FOUND
    if status == 429:
        return Outcome.THROTTLED
    return Outcome.REFUSED if status < 500 else Outcome.UNAVAILABLE
