"""Whether a text is JSON to the letter (RFC 8259), without recursion, so at any depth of nesting.

Bytes that are not UTF-8 pass within strings, as they do in Go.
"""

import re
from typing import Final

_STRING: Final = rb'"(?:[^"\\\x00-\x1f]|\\["\\/bfnrt]|\\u[0-9a-fA-F]{4})*+"'
_SCALAR: Final = re.compile(_STRING + rb"|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?|true|false|null")
_KEY: Final = re.compile(rb"[ \t\r\n]*+(?:" + _STRING + rb")[ \t\r\n]*+:")
_SPACE: Final = re.compile(rb"[ \t\r\n]*+")


def is_valid(json: bytes) -> bool:
    """Say whether the whole text is one JSON value with nothing but space around it."""
    position: int | None = _after_space(json, 0)
    open_brackets = bytearray()
    while position is not None:
        position = _value(json, position, open_brackets)
        while position is not None:
            position = _after_space(json, position)
            if not open_brackets:
                return position == len(json)
            if json[position : position + 1] == b",":
                position = _next_member(json, position + 1, open_brackets)
                break
            position = _close(json, position, open_brackets)
    return False


def _value(json: bytes, position: int, open_brackets: bytearray) -> int | None:
    """Read a scalar, an empty pair of brackets, or brackets up to their first scalar; return where that ends."""
    while json[position : position + 1] in {b"{", b"["}:
        open_brackets.append(json[position])
        position = _after_space(json, position + 1)
        if json[position : position + 1] in {b"}", b"]"}:
            return _close(json, position, open_brackets)
        member = _next_member(json, position, open_brackets)
        if member is None:
            return None
        position = member
    scalar = _SCALAR.match(json, position)
    return scalar.end() if scalar else None


def _next_member(json: bytes, position: int, open_brackets: bytearray) -> int | None:
    """Return where the value of the next member begins, past its key within an object."""
    if open_brackets[-1] == ord("["):
        return _after_space(json, position)
    key = _KEY.match(json, position)
    return _after_space(json, key.end()) if key else None


def _close(json: bytes, position: int, open_brackets: bytearray) -> int | None:
    bracket = b"}" if open_brackets.pop() == ord("{") else b"]"
    return position + 1 if json[position : position + 1] == bracket else None


def _after_space(json: bytes, position: int) -> int:
    space = _SPACE.match(json, position)
    return space.end() if space else position
