"""Hints as the operator hands them on to the nodes: the text of an annotation. Pure.

Event Grid reaches the operator alone, and every node watches SecretProviderClasses anyway. The text holds the newest
hint of each object, `secrets/db-password/0a1b…@1763726400000` with the version where it was told and the instant in
milliseconds, parted by commas. It is bounded, and names nothing that the class does not name itself.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from keyferry.model.secrets import ObjectKind, SecretName, SecretVersion

MOST: Final = 20
LONGEST: Final = 8192  # characters; twenty of the longest names have fewer
_KINDS: Final = "|".join(ObjectKind)
_HINT: Final = re.compile(rf"({_KINDS})/([0-9a-zA-Z-]{{1,127}})(?:/([0-9a-f]{{32}}))?@([0-9]{{1,15}})", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayedHint:
    """Something happened to an object of a class's vault, as the operator heard at `at_ms` since 1970."""

    kind: ObjectKind
    name: SecretName
    version: SecretVersion
    at_ms: int

    def __str__(self) -> str:
        """The form in the annotation."""
        version = f"/{self.version}" if self.version else ""
        return f"{self.kind}/{self.name}{version}@{self.at_ms}"


def encode(hints: Iterable[RelayedHint]) -> str:
    """Return the annotation's text."""
    return ",".join(map(str, hints))


def decode(text: str) -> tuple[RelayedHint, ...]:
    """Return the hints of a text that anybody may have written; what is none is skipped."""
    if len(text) > LONGEST:
        return ()
    found = (_HINT.fullmatch(part) for part in text.split(","))
    return tuple(
        RelayedHint(
            kind=ObjectKind(match[1]),
            name=SecretName(match[2]),
            version=SecretVersion(match[3] or ""),
            at_ms=int(match[4]),
        )
        for match in found
        if match
    )[:MOST]


def merged(known: Iterable[RelayedHint], news: Iterable[RelayedHint]) -> tuple[RelayedHint, ...]:
    """Return the newest hint of each object, the newest first; of two at one instant, the one that came later."""
    latest: dict[tuple[ObjectKind, str], RelayedHint] = {}
    for hint in (*known, *news):
        held = latest.get((hint.kind, hint.name.lower()))
        if held is None or held.at_ms <= hint.at_ms:
            latest[hint.kind, hint.name.lower()] = hint
    return tuple(sorted(latest.values(), key=lambda hint: (-hint.at_ms, str(hint)))[:MOST])


def unheard(before: str, after: str) -> tuple[RelayedHint, ...]:
    """Return the hints that a change of the annotation brought."""
    known = set(decode(before))
    return tuple(hint for hint in decode(after) if hint not in known)
