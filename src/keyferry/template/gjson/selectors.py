"""Selectors of GJSON, `{name:path,…}` and `[path,…]`, taken apart."""

import re
from typing import Final

_TOKEN: Final = re.compile(rb'\\.?|"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[@:,()\[\]{}]', re.DOTALL)
_OPENING: Final = frozenset({b"[", b"(", b"{"})
_CLOSING: Final = frozenset({b"]", b")", b"}"})


def selectors(path: bytes) -> tuple[list[tuple[bytes, bytes]], bytes] | None:
    """Return the names and paths in the brackets that a path begins with, and what follows; None without their end.

    A name is b"" where the path gives none.
    """
    found: list[tuple[bytes, bytes]] = []
    start, colon, depth, in_modifier = 1, 0, 1, False
    for token in _TOKEN.finditer(path, 1):
        sign, position = token[0], token.start()
        depth += (sign in _OPENING) - (sign in _CLOSING)
        if depth == 0 or (sign == b"," and depth == 1):
            found.append((path[start:colon], path[colon + 1 : position]) if colon else (b"", path[start:position]))
            start, colon, in_modifier = position + 1, 0, False
        if depth == 0:
            return found, path[token.end() :]
        if sign == b"@":
            in_modifier = in_modifier or path[position - 1 : position] in {b".", b"|"}
        elif sign == b":" and depth == 1 and not in_modifier:
            colon = colon or position
    return None


def last_name(path: bytes) -> bytes:
    """Return the name that a selector without one gets: its last step."""
    for position in range(len(path) - 1, -1, -1):
        if path[position] in b"|." and (position == 0 or path[position - 1] != ord("\\")):
            return path[position + 1 :]
    return path


def is_simple_name(name: bytes) -> bool:
    """Say whether the last step of a path may serve as a name."""
    return not any(char < 0x20 or char in b"[]{}()#|!" for char in name)
