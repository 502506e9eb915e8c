"""Which gRPC code and text an error leaves with. Pure. Called by rpc.

What kubelet does with a code: after Canceled, DeadlineExceeded, Unavailable, ResourceExhausted and Aborted it takes the
mount for uncertain and leaves the target in place; after all others it removes what it made. It tries again either way.
Source: pkg/volume/csi/csi_client.go of Kubernetes.
"""

import re
from dataclasses import dataclass
from enum import IntEnum
from types import TracebackType
from typing import Final

from keyferry.model.errors import (
    Bug,
    GrantError,
    KeyferryError,
    NotFound,
    SpecError,
    Throttled,
    Unavailable,
)
from keyferry.mount.rpc.request_checks import InvalidRequest

MOST_CHARACTERS: Final = 2_000  # headers of a call have 8 KiB, and each character can take four bytes


class Code(IntEnum):
    """The codes of gRPC that say that something failed: https://grpc.io/docs/guides/status-codes/."""

    CANCELLED = 1
    UNKNOWN = 2
    INVALID_ARGUMENT = 3
    DEADLINE_EXCEEDED = 4
    NOT_FOUND = 5
    ALREADY_EXISTS = 6
    PERMISSION_DENIED = 7
    RESOURCE_EXHAUSTED = 8
    FAILED_PRECONDITION = 9
    ABORTED = 10
    OUT_OF_RANGE = 11
    UNIMPLEMENTED = 12
    INTERNAL = 13
    UNAVAILABLE = 14
    DATA_LOSS = 15
    UNAUTHENTICATED = 16


class CodedError(KeyferryError):
    """An error whose code somebody else has chosen. `reason` is a word for counting, "" where none is known."""

    def __init__(self, *, code: Code, reason: str = "", what: str, cause: str = "", remedy: str = "") -> None:
        super().__init__(what=what, cause=cause, remedy=remedy)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a call ends that failed."""

    code: Code
    text: str


# The first row that fits counts. A class or object that is wrong or not there is UNKNOWN, as the driver of upstream has
# it: its users look for that word in events.
_CODES: Final[tuple[tuple[type[KeyferryError], Code], ...]] = (
    (InvalidRequest, Code.INVALID_ARGUMENT),
    (SpecError, Code.UNKNOWN),
    (NotFound, Code.UNKNOWN),
    (GrantError, Code.PERMISSION_DENIED),
    (Throttled, Code.RESOURCE_EXHAUSTED),
    (Unavailable, Code.UNAVAILABLE),
    (Bug, Code.INTERNAL),
)


def outcome_of(error: Exception) -> Outcome:
    """Return code and text for any error. Of one that is not keyferry's own only type and place are told."""
    if not isinstance(error, KeyferryError):
        return Outcome(code=Code.INTERNAL, text=f"a bug in keyferry: {type(error).__name__} in {_place(error)}")
    if isinstance(error, CodedError):
        return Outcome(code=error.code, text=_one_line(str(error)))
    code = next((code for kind, code in _CODES if isinstance(error, kind)), Code.UNKNOWN)
    return Outcome(code=code, text=_one_line(str(error)))


_BLANKS = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def _one_line(text: str) -> str:
    line = _BLANKS.sub(" ", text)
    return line if len(line) <= MOST_CHARACTERS else line[: MOST_CHARACTERS - 1] + "…"


def _place(error: Exception) -> str:
    place: TracebackType | None = error.__traceback__
    if place is None:
        return "no place known"
    while place.tb_next is not None:
        place = place.tb_next
    return f"{place.tb_frame.f_globals.get('__name__', '?')}:{place.tb_lineno}"
