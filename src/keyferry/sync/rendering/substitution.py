"""Replacing what a regular expression matches, as Go's `ReplaceAllString` does. Pure, bounded in time and size.

https://pkg.go.dev/regexp#Regexp.Expand and its ReplaceAllString: an empty match right after another match is none.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

import re2

from keyferry.model.errors import SpecError, foreign
from keyferry.spec import regexps

LIMIT_BYTES: Final = 64 * 1024  # of a key on its way: a Secret takes 253 in the end
_REFERENCE: Final = re.compile(r"\$(?:(?P<dollar>\$)|\{(?P<braced>\w+)\}|(?P<plain>\w+))")
_NUMBER: Final = re.compile(r"0|[1-9][0-9]{0,8}", re.ASCII)
_OPTIONS: Final = re2.Options()
_OPTIONS.log_errors = False  # else the C++ library prints them to stderr

_Piece = str | int | bytes  # a group's name, its number, or text


def replace_all(pattern: str, target: str, text: str) -> str:
    """Return `text` with every match replaced. SpecError where the pattern does not compile or the result is huge."""
    compiled = _compiled(pattern)
    pieces = _pieces(target)
    source = text.encode("utf-8", "surrogateescape")
    made, last = bytearray(), 0
    for match in _matches(compiled, source):
        start, end = match.span()
        made += source[last:start]
        if end > last or start == 0:
            for piece in pieces:
                made += _expanded(piece, match)
        last = end
        _check_size(len(made))
    made += source[last:]
    _check_size(len(made))
    return made.decode("utf-8", "surrogateescape")


@lru_cache(maxsize=256)
def _compiled(pattern: str) -> Any:
    regexps.compile(pattern)  # tells what is wrong with it
    compiled = re2.compile(pattern, _OPTIONS)
    foreign_names = [name for name in compiled.groupindex if not name.isascii()]
    if foreign_names:  # Go refuses them, RE2's own library does not
        raise SpecError(
            what=f'"{foreign(pattern)}" is not a regular expression',
            cause=f"the name of its group {foreign(foreign_names[0])} has other characters than a-z, A-Z, 0-9 and _",
            remedy="rename the group",
        )
    return compiled


def _matches(compiled: Any, source: bytes) -> Iterator[Any]:
    position = 0
    while position <= len(source):
        match = compiled.search(source, position)
        if match is None:
            return
        yield match
        position = max(match.end(), position + _width(source, position))


def _width(source: bytes, position: int) -> int:
    """Return the length of the character at a position, 1 at the end."""
    end = position + 1
    while end < len(source) and source[end] & 0xC0 == 0x80:
        end += 1
    return end - position


@lru_cache(maxsize=256)
def _pieces(target: str) -> tuple[_Piece, ...]:
    """Take a replacement apart: a dollar sign that begins no reference stands for itself."""
    pieces: list[_Piece] = []
    last = 0
    for found in _REFERENCE.finditer(target):
        pieces.append(target[last : found.start()].encode("utf-8", "surrogateescape"))
        name = found["braced"] or found["plain"]
        pieces.append(b"$" if name is None else int(name) if _NUMBER.fullmatch(name) else name)
        last = found.end()
    pieces.append(target[last:].encode("utf-8", "surrogateescape"))
    return tuple(pieces)


def _expanded(piece: _Piece, match: Any) -> bytes:
    if isinstance(piece, bytes):
        return piece
    is_known = piece <= match.re.groups if isinstance(piece, int) else piece in match.re.groupindex
    return (match.group(piece) if is_known else None) or b""


def _check_size(size: int) -> None:
    if size > LIMIT_BYTES:
        raise SpecError(
            what="a rewrite makes a key that is far too long",
            cause=f"it passed {foreign(str(LIMIT_BYTES))} bytes",
            remedy="correct the rewrite's target",
        )
