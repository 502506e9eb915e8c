"""Strings and characters between quotes, with escapes, as Go's `strconv.Quote` and its kin write them.

Source: https://pkg.go.dev/strconv#Quote. What is printable is Python's table: the same categories as Go's.
"""

from typing import Final

_ESCAPES: Final = {7: "\\a", 8: "\\b", 9: "\\t", 10: "\\n", 11: "\\v", 12: "\\f", 13: "\\r", 92: "\\\\"}
_SURROGATES: Final = range(0xD800, 0xE000)
_RAW_BYTES: Final = range(0xDC80, 0xDD00)  # how "surrogateescape" shows a byte that is no UTF-8
_REPLACEMENT: Final = 0xFFFD
MAX_RUNE: Final = 0x10FFFF


def quote(text: bytes, *, ascii_only: bool = False) -> bytes:
    """Return the string between double quotes; bytes that are no UTF-8 show as `\\xe9`."""
    return b'"' + "".join(_escaped(ord(each), '"', ascii_only) for each in _decoded(text)).encode() + b'"'


def quote_rune(rune: int, *, ascii_only: bool = False) -> bytes:
    """Return the character between single quotes; what is no character is U+FFFD."""
    return f"'{_escaped(valid_rune(rune), chr(39), ascii_only)}'".encode()


def can_backquote(text: bytes) -> bool:
    """Say whether the string may stand between back quotes: one line, no control characters but tabs, valid UTF-8."""
    return not any(_breaks_backquotes(ord(each)) for each in _decoded(text))


def is_printable(rune: int) -> bool:
    """Say whether Go prints the character as itself: letters, marks, numbers, punctuation, symbols, the ASCII space."""
    return chr(rune).isprintable()


def valid_rune(rune: int) -> int:
    """Return the character, U+FFFD where it is none."""
    return rune if 0 <= rune <= MAX_RUNE and rune not in _SURROGATES else _REPLACEMENT


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "surrogateescape")


def _escaped(rune: int, mark: str, ascii_only: bool) -> str:
    character = chr(rune)
    if character == mark:
        return "\\" + mark
    if rune in _ESCAPES:
        return _ESCAPES[rune]
    if is_printable(rune) and (rune < 128 or not ascii_only):
        return character
    if rune in _RAW_BYTES:
        return f"\\x{rune & 0xFF:02x}"
    return f"\\x{rune:02x}" if rune < 32 or rune == 127 else f"\\u{rune:04x}" if rune < 0x10000 else f"\\U{rune:08x}"


def _breaks_backquotes(rune: int) -> bool:
    return (rune < 32 and rune != 9) or rune in {0x60, 0x7F, 0xFEFF} or rune in _RAW_BYTES
