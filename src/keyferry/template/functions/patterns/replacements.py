"""What a match is replaced with: text in which `$1`, `${1}`, `$name` and `${name}` stand for groups, `$$` for a dollar.

Source: https://pkg.go.dev/regexp#Regexp.Expand. A name is as long as can be: `$1x` is the group `1x`, empty where the
pattern has no such group.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Self

from keyferry.template.functions import runes
from keyferry.template.functions.patterns.regexps import Spans

_GROUP: Final = re.compile(r"\$(?:(?P<dollar>\$)|(?P<name>\w+)|\{(?P<braced>\w+)\})")
_MOST_DIGITS: Final = 9


@dataclass(frozen=True, slots=True)
class Replacement:
    """A replacement in its parts: text, and the numbers of groups, -1 for one that no pattern has."""

    parts: tuple[bytes | int, ...]

    @classmethod
    def of(cls, text: bytes, names: Mapping[bytes, int]) -> Self:
        """Return the parts of a replacement for a pattern with these named groups."""
        characters = text.decode("utf-8", "surrogateescape")
        parts: list[bytes | int] = []
        at = 0
        for found in _GROUP.finditer(characters):
            if not _is_go_name(found["name"] or found["braced"] or ""):
                continue
            parts.append(characters[at : found.start()].encode("utf-8", "surrogateescape"))
            parts.append(b"$" if found["dollar"] else _number(found["name"] or found["braced"], names))
            at = found.end()
        return cls((*parts, characters[at:].encode("utf-8", "surrogateescape")))

    @classmethod
    def literal(cls, text: bytes) -> Self:
        """Return a replacement in which no sign has a meaning."""
        return cls((text,))

    def expand(self, text: bytes, spans: Spans) -> list[bytes]:
        """Return the pieces of the replacement for one match."""
        return [_group(text, spans, part) if isinstance(part, int) else part for part in self.parts]


def _group(text: bytes, spans: Spans, number: int) -> bytes:
    start, end = spans[number] if 0 <= number < len(spans) else (-1, -1)
    return text[start:end] if start >= 0 else b""


def _number(name: str, names: Mapping[bytes, int]) -> int:
    if name.isascii() and name.isdigit() and len(name) <= _MOST_DIGITS and (name[0] != "0" or name == "0"):
        return int(name)
    return names.get(name.encode(), -1)


def _is_go_name(name: str) -> bool:
    """Say whether each character is a letter, a decimal digit or `_`: Python's words hold more."""
    return all(each == "_" or runes.is_letter(each) or runes.is_digit(each) for each in name)
