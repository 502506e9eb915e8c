"""The marks of what a workload has seen: how they are made, and their text in its annotation. Pure.

Whoever may read a Deployment need not be allowed to read its Secrets, and a plain hash would let him try guesses of a
weak password. So a mark is an HMAC with a key that only readers of Secrets can have.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from typing import Final

from keyferry.restart.state import Seen, Source, SourceKind

KEY_BYTES: Final = 32
_MARK_DIGITS: Final = 16
_ORIGIN_DIGITS: Final = 8


class Marker:
    """Makes marks with one key, which it never shows."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        self._key = key

    def __repr__(self) -> str:
        return f"Marker({self.origin('')})"

    def origin(self, uid: str) -> str:
        """Return what tells marks of this key, on the workload with this uid, from others."""
        return hmac.new(self._key, uid.encode(), hashlib.sha256).hexdigest()[:_ORIGIN_DIGITS]

    def of(self, namespace: str, source: Source, content: Mapping[str, str]) -> str:
        """Return the mark of a source's content; equal marks mean equal content. Two sources never share one."""
        parts = [namespace, str(source), *(part for name in sorted(content) for part in (name, content[name]))]
        made = hmac.new(self._key, digestmod=hashlib.sha256)
        for part in parts:
            encoded = part.encode()
            made.update(len(encoded).to_bytes(8))
            made.update(encoded)
        return made.hexdigest()[:_MARK_DIGITS]


def encode(seen: Seen) -> str:
    """Return the text of the annotation: the origin, then `secret/db=<mark>` for each source, in order."""
    return " ".join([seen.origin, *(f"{source}={mark}" for source, mark in sorted(seen.marks.items()))])


def decode(text: str) -> Seen | None:
    """Return what the annotation says, None where there is none. Parts that are no marks are left out."""
    origin, *rest = text.split() or [""]
    if not origin:
        return None
    return Seen(origin=origin, marks=dict(_marks(rest)))


def _marks(parts: Iterable[str]) -> Iterable[tuple[Source, str]]:
    for part in parts:
        named, _, mark = part.partition("=")
        kind, _, name = named.partition("/")
        if kind in tuple(SourceKind) and name and mark:
            yield Source(SourceKind(kind), name), mark
