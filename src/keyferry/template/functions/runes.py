"""Go's view of characters in bytes: UTF-8 where each byte that is none counts as U+FFFD, and simple case mappings.

Sources: https://pkg.go.dev/unicode/utf8, https://pkg.go.dev/unicode. A simple mapping turns one character into one
(`ß` has no upper case, `İ` becomes `i`), where Python's text methods may give several.
"""

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Final

SPACE: Final = "\t\n\v\f\r \x85\xa0\u1680" + "".join(map(chr, range(0x2000, 0x200B))) + "\u2028\u2029\u202f\u205f\u3000"
REPLACEMENT: Final = "\ufffd"
_NO_CHARACTER: Final = re.compile("[\ud800-\udfff]")
_SPACES: Final = frozenset(SPACE)


def decode(text: bytes) -> str:
    """Return the characters, U+FFFD for each byte that belongs to none."""
    characters = text.decode("utf-8", "surrogateescape")
    return characters if characters.isascii() else _NO_CHARACTER.sub(REPLACEMENT, characters)


def encode(characters: str) -> bytes:
    """Return the bytes of characters, of U+FFFD for halves of surrogate pairs."""
    try:
        return characters.encode()
    except UnicodeEncodeError:
        return _NO_CHARACTER.sub(REPLACEMENT, characters).encode()


def explode(text: bytes) -> list[bytes]:
    """Return the bytes of each character; a byte that belongs to none stands alone."""
    return [each.encode("utf-8", "surrogateescape") for each in text.decode("utf-8", "surrogateescape")]


def mapped(text: bytes, change: Callable[[str], str]) -> bytes:
    """Return the text with each character changed by itself."""
    return encode("".join(map(change, decode(text))))


@lru_cache(maxsize=1024)
def upper(character: str) -> str:
    """Return the upper case of one character, itself where that would be several."""
    found = character.upper()
    return found if len(found) == 1 else title(character)


@lru_cache(maxsize=1024)
def lower(character: str) -> str:
    """Return the lower case of one character."""
    return character.lower()[:1]


@lru_cache(maxsize=1024)
def title(character: str) -> str:
    """Return the title case of one character, itself where that would be several."""
    found = character.title()
    return found if len(found) == 1 else character


def is_space(character: str) -> bool:
    """Say whether a character has Unicode's property White_Space."""
    return character in _SPACES


def is_upper(character: str) -> bool:
    """Say whether a character is an upper case letter."""
    return unicodedata.category(character) == "Lu"


def is_lower(character: str) -> bool:
    """Say whether a character is a lower case letter."""
    return unicodedata.category(character) == "Ll"


def is_title(character: str) -> bool:
    """Say whether a character is a title case letter, such as U+01C5."""
    return unicodedata.category(character) == "Lt"


def is_letter(character: str) -> bool:
    """Say whether a character is a letter of any kind."""
    return unicodedata.category(character)[0] == "L"


def is_digit(character: str) -> bool:
    """Say whether a character is a decimal digit of any script."""
    return unicodedata.category(character) == "Nd"


def is_number(character: str) -> bool:
    """Say whether a character is a number of any kind."""
    return unicodedata.category(character)[0] == "N"


def is_punctuation(character: str) -> bool:
    """Say whether a character is punctuation."""
    return unicodedata.category(character)[0] == "P"
