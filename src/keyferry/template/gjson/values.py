"""Values in a JSON text, found without checking the text: what stands at a place, and where it ends.

Nothing here recurses, so no depth of nesting is too much.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, assert_never

from keyferry.template.gjson import text as gjson_text

_STRING_REST: Final = re.compile(rb'[^"\\]*+(?:\\.[^"\\]*+)*+"', re.DOTALL)
_TOKEN: Final = re.compile(rb'[{}\[\]()"]')
_VALUE_START: Final = re.compile(rb'["{\[ntf+\-0-9iIN]')
_NUMBER_END: Final = re.compile(rb"[\x00-\x20,\]}]")
_LITERAL_END: Final = re.compile(rb"[^a-z]")
_SPACE: Final = re.compile(rb"[\x00-\x20]*+")
_SEPARATORS: Final = re.compile(rb"[\x00-\x20,:]*+")
_OPENING: Final = b"{[("


class Kind(StrEnum):
    """The type of a value, in GJSON's words."""

    NULL = "Null"
    FALSE = "False"
    NUMBER = "Number"
    STRING = "String"
    TRUE = "True"
    JSON = "JSON"


@dataclass(frozen=True, slots=True)
class Result:
    """What a path found: `raw` is its JSON text, `text` the content of a string. It holds a secret: repr hides it."""

    type: Kind = Kind.NULL
    raw: bytes = b""
    text: bytes = b""

    @property
    def exists(self) -> bool:
        """Whether anything was found; null was."""
        return self.type is not Kind.NULL or bool(self.raw)

    @property
    def output(self) -> bytes:
        """The value as text: strings without quotes, floats printed anew, null as nothing, the rest as it stands."""
        match self.type:
            case Kind.STRING:
                return self.text
            case Kind.NUMBER:
                return gjson_text.render_number(self.raw)
            case Kind.JSON:
                return self.raw
            case Kind.TRUE:
                return b"true"
            case Kind.FALSE:
                return b"false"
            case Kind.NULL:
                return b""
            case _:
                assert_never(self.type)

    @property
    def is_object(self) -> bool:
        """Whether it is an object."""
        return self.type is Kind.JSON and self.raw[:1] == b"{"

    @property
    def is_array(self) -> bool:
        """Whether it is an array."""
        return self.type is Kind.JSON and self.raw[:1] == b"["

    def __repr__(self) -> str:
        return f"Result({self.type}, •••)"


ABSENT: Final = Result()


def parse(json: bytes) -> Result:
    """Return the value that a text starts with. An object or array takes the whole rest of the text with it."""
    space = _SPACE.match(json)
    start = space.end() if space else 0
    first = json[start : start + 1]
    if first in {b"{", b"["}:
        return Result(Kind.JSON, json[start:])
    if first == b'"' and _STRING_REST.match(json, start + 1) is None:
        inner = json[start + 1 :]
        return Result(Kind.STRING, json[start:], gjson_text.unescape(inner) if b"\\" in inner else inner)
    if not _VALUE_START.match(json, start):
        return ABSENT
    return value_at(json, start)[0] or ABSENT


def value_at(json: bytes, start: int) -> tuple[Result | None, int]:
    """Return the value that begins at `start` and where it ends; None for a string without an end."""
    first = json[start]
    if first == ord('"'):
        return _string(json, start)
    if first in _OPENING:
        end = squash_end(json, start)
        return Result(Kind.JSON, json[start:end]), end
    if first in b"tf" or (first == ord("n") and json[start + 1 : start + 2] in {b"u", b""}):
        end = _end(_LITERAL_END, json, start + 1)
        kind = {ord("t"): Kind.TRUE, ord("f"): Kind.FALSE}.get(first, Kind.NULL)
        return Result(kind, json[start:end]), end
    end = _end(_NUMBER_END, json, start + 1)
    return Result(Kind.NUMBER, json[start:end]), end


def next_value(json: bytes, position: int) -> tuple[Result | None, int]:
    """Return the first value at or after `position`, whatever stands before it, and where it ends; None without one."""
    start = next_start(json, position)
    return value_at(json, start) if start is not None else (None, len(json))


def next_start(json: bytes, position: int) -> int | None:
    """Return where the first value at or after `position` begins, None without one."""
    found = _VALUE_START.search(json, position)
    return found.start() if found else None


def string_end(json: bytes, position: int) -> int | None:
    """Return where the string ends whose content begins at `position`: after the closing quote, None without one."""
    found = _STRING_REST.match(json, position)
    return found.end() if found else None


def squash_end(json: bytes, start: int) -> int:
    """Return where the bracket or string at `start` is closed, the end of the text where it is not.

    Any other first character counts as an open bracket. Kinds of brackets are not told apart.
    """
    if json[start : start + 1] == b'"':
        return string_end(json, start + 1) or len(json)
    return open_bracket_end(json, start)


def open_bracket_end(json: bytes, start: int) -> int:
    """Return where a bracket at `start` is closed; the character there counts as one, whatever it is."""
    depth, position = 1, start + 1
    while token := _TOKEN.search(json, position):
        position = token.end()
        if token[0] == b'"':
            position = string_end(json, position) or len(json)
            continue
        depth += 1 if token[0] in _OPENING else -1
        if depth == 0:
            return position
    return len(json)


def members(value: Result) -> Iterator[tuple[bytes, Result]]:
    """Yield the members of an object with their quoted keys, the elements of an array, or a plain value itself."""
    if not value.exists:
        return
    if value.type is not Kind.JSON:
        yield b"", value
        return
    json, position = value.raw, 1
    while position < len(json):
        key = b""
        if value.is_object:
            start = json.find(b'"', position)
            end = string_end(json, start + 1) if start >= 0 else None
            if end is None:
                return
            key, position = json[start:end], end
        separators = _SEPARATORS.match(json, position)
        member, position = next_value(json, separators.end() if separators else position)
        if member is None:
            return
        yield key, member
        position += 1  # past the comma, or whatever stands there


def key_text(key: bytes) -> bytes:
    """Return the text of a quoted key."""
    return gjson_text.unescape(key[1:-1]) if b"\\" in key else key[1:-1]


def _string(json: bytes, start: int) -> tuple[Result | None, int]:
    end = string_end(json, start + 1)
    if end is None:
        return None, len(json)
    raw = json[start:end]
    return Result(Kind.STRING, raw, key_text(raw)), end


def _end(pattern: re.Pattern[bytes], json: bytes, position: int) -> int:
    found = pattern.search(json, position)
    return found.start() if found else len(json)
