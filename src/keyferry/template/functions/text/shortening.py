"""Shorter forms of strings: abbreviations, initials, no spaces, singular or plural.

Lengths are bytes, and `initials` and `nospace` take each byte for a character (a Latin-1 one), as Masterminds/goutils
does: both change text that is not ASCII.
"""

from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import INT, STRING

_MARK: Final = b"..."
_LEAST_WIDTH: Final = 4
_LEAST_WIDTH_BOTH: Final = 7
_LATIN_1_SPACE: Final = b"\t\n\v\f\r \x85\xa0"


@named("abbrev", INT, STRING)
def _abbrev(width: int, text: bytes) -> bytes:
    return text if width < _LEAST_WIDTH else _abbreviated(text, 0, width)


@named("abbrevboth", INT, INT, STRING)
def _abbrevboth(left: int, right: int, text: bytes) -> bytes:
    if right < _LEAST_WIDTH or (left > 0 and right < _LEAST_WIDTH_BOTH):
        return text
    return _abbreviated(text, left, right)


def _abbreviated(text: bytes, offset: int, width: int) -> bytes:
    """Return at most `width` bytes of a text, with dots for what is left out before `offset` and after."""
    if len(text) <= width:
        return text
    kept = width - len(_MARK)
    offset = min(offset, len(text) - kept)
    if offset <= _LEAST_WIDTH:
        return text[:kept] + _MARK
    if offset + kept < len(text):
        return _MARK + _abbreviated(text[offset:], 0, kept)
    return _MARK + text[len(text) - kept :]


@named("initials", STRING, knows_world=True)
def _initials(world: Surroundings, text: bytes) -> bytes:
    costs.characters(world, text)
    made, starts = bytearray(), True
    for byte in text:
        is_space = byte in _LATIN_1_SPACE
        if starts and not is_space:
            made.append(byte)
        starts = is_space
    return bytes(made).decode("latin-1").encode()


@named("nospace", STRING)
def _nospace(text: bytes) -> bytes:
    kept = text.translate(None, _LATIN_1_SPACE)
    return text if len(kept) == len(text) else kept.decode("latin-1").encode()


@named("plural", STRING, STRING, INT)
def _plural(one: bytes, many: bytes, count: int) -> bytes:
    return one if count == 1 else many


FUNCTIONS: Final[tuple[Function, ...]] = (_abbrev, _abbrevboth, _initials, _nospace, _plural)
