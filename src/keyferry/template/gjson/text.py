"""Strings and numbers of JSON as GJSON reads and writes them: leniently, on bytes.

The language is https://github.com/tidwall/gjson/blob/master/SYNTAX.md; where it is silent, the behaviour of version
1.18 counts, as the golden cases of `tests/golden/gjson.jsonl` record it.
"""

import math
import re
from decimal import Decimal
from typing import Final

_SPECIAL_BYTE: Final = re.compile(rb"[\\\x00-\x1f]")
_ESCAPES: Final = {
    ord(escape): char
    for escape, char in zip('\\/bfnrt"', (b"\\", b"/", b"\b", b"\f", b"\n", b"\r", b"\t", b'"'), strict=True)
}
_HEX: Final = re.compile(rb"[0-9a-fA-F]{4}")
_DECIMAL: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)(e[+-]?[0-9]+)?")
_HEXADECIMAL: Final = re.compile(r"[+-]?0x([0-9a-f]+\.?[0-9a-f]*|\.[0-9a-f]+)p[+-]?[0-9]+")
_SPECIAL: Final = re.compile(r"[+-]?(inf|infinity)|nan")
_INTEGER: Final = re.compile(rb"-?[0-9]*")
_QUOTED: Final = re.compile('[\x00-\x1f<>&\\\\"\u2028\u2029\udc80-\udcff]')
_SHORT: Final = {"\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\\": "\\\\", '"': '\\"'}


def unescape(inner: bytes) -> bytes:
    """Return the text of a string without its quotes, up to the first thing that no string may hold."""
    parts: list[bytes] = []
    position = 0
    while position < len(inner):
        end = _end_of_plain(inner, position)
        parts.append(inner[position:end])
        position = end
        if inner[position : position + 1] != b"\\":
            break  # the end, or a control character
        char, position = _escape(inner, position + 1)
        if char is None:
            break
        parts.append(char)
    return b"".join(parts)


def quote(text: bytes) -> bytes:
    """Return the text as a JSON string. What HTML gives a meaning to is escaped, as Go does."""
    chars = text.decode("utf-8", "surrogateescape")
    return b'"' + _QUOTED.sub(_quoted, chars).encode() + b'"'


def parse_float(text: bytes) -> float:
    """Return the number that Go's ParseFloat reads, 0 where it reads none."""
    lower = text.decode("ascii", "replace").lower()
    if _DECIMAL.fullmatch(lower) or _SPECIAL.fullmatch(lower):
        return float(lower)
    if _HEXADECIMAL.fullmatch(lower):
        return _parse_hexadecimal(lower)
    return 0.0


def render_number(raw: bytes) -> bytes:
    """Return a number as GJSON prints it: whole numbers to the letter, others as a float without exponent."""
    if _INTEGER.fullmatch(raw):
        return raw
    number = parse_float(raw)
    if math.isnan(number):
        return b"NaN"
    if math.isinf(number):
        return b"+Inf" if number > 0 else b"-Inf"
    digits = format(Decimal(repr(number)), "f")
    return (digits.rstrip("0").rstrip(".") if "." in digits else digits).encode()


def _end_of_plain(inner: bytes, position: int) -> int:
    found = _SPECIAL_BYTE.search(inner, position)
    return found.start() if found else len(inner)


def _escape(inner: bytes, position: int) -> tuple[bytes | None, int]:
    """Return the character of the escape whose letter is at `position`, None for a bad one, and where it ends."""
    letter = inner[position] if position < len(inner) else 0
    if letter != ord("u"):
        return _ESCAPES.get(letter), position + 1
    if position + 5 > len(inner):
        return None, position
    code, position = _code(inner, position + 1), position + 5
    if 0xD800 <= code < 0xE000:
        low = _code(inner, position + 2)
        paired = inner[position : position + 2] == b"\\u" and len(inner) - position >= 6
        position += 6 if paired else 0
        code = _joined(code, low) if paired else 0xFFFD
    return chr(code).encode(), position


def _code(inner: bytes, position: int) -> int:
    digits = _HEX.match(inner, position)
    return int(digits[0], 16) if digits else 0


def _joined(high: int, low: int) -> int:
    if 0xD800 <= high < 0xDC00 <= low < 0xE000:
        return 0x10000 + ((high - 0xD800) << 10 | (low - 0xDC00))
    return 0xFFFD


def _quoted(found: re.Match[str]) -> str:
    char = found[0]
    if "\udc80" <= char <= "\udcff":  # a byte that is not UTF-8
        return "\\ufffd"
    return _SHORT.get(char) or f"\\u{ord(char):04x}"


def _parse_hexadecimal(lower: str) -> float:
    try:
        return float.fromhex(lower)
    except OverflowError:
        return -math.inf if lower.startswith("-") else math.inf
