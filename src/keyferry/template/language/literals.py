"""Strings, characters and numbers as they stand in a template, to what they mean.

Sources: https://go.dev/ref/spec#String_literals and #Integer_literals; https://pkg.go.dev/strconv#Unquote, #ParseInt.
"""

import math
import re
from dataclasses import dataclass
from typing import Final

INT64: Final = range(-(1 << 63), 1 << 63)
_UINT64: Final = range(1 << 64)
_PLAIN_ESCAPES: Final = {
    "a": b"\a", "b": b"\b", "f": b"\f", "n": b"\n", "r": b"\r", "t": b"\t", "v": b"\v", "\\": b"\\",
}  # fmt: skip
_ESCAPE: Final = re.compile(
    r"\\(?:(?P<plain>[abfnrtv\\\"'])|x(?P<hex>[0-9a-fA-F]{2})|(?P<octal>[0-7]{3})"
    r"|u(?P<short>[0-9a-fA-F]{4})|U(?P<long>[0-9a-fA-F]{8}))",
)
_RAW_BYTES: Final = re.compile("[\udc80-\udcff]")
_LOOSE_UNDERSCORE: Final = re.compile(r"(?<![0-9a-fA-FxX])_|_(?![0-9a-fA-F])")
_OCTAL: Final = re.compile(r"[+-]?0[0-9_]+")


def unquote(literal: str) -> bytes | None:
    """Return the string that a quoted or raw literal stands for, None where it holds a bad escape."""
    body = literal[1:-1]
    if literal[0] == "`":
        return body.replace("\r", "").encode("utf-8", "surrogateescape")
    parts, at = [], 0
    while (slash := body.find("\\", at)) >= 0:
        escaped = _escaped(body, slash, '"')
        if escaped is None:
            return None
        parts += [_characters(body[at:slash]), escaped[0]]
        at = escaped[1]
    return b"".join(parts) + _characters(body[at:])


def rune(literal: str) -> int | None:
    """Return the character that a character constant stands for, None where there is a bad escape or none.

    ValueError where there is more than one.
    """
    body = literal[1:]
    if body[0] == "'":
        return None
    if body[0] != "\\":
        value, end = ord(_RAW_BYTES.sub("\ufffd", body[0])), 1
    else:
        escaped = _escaped(body, 0, "'")
        if escaped is None:
            return None
        found, end = escaped
        value = found[0] if body[1] in "x01234567" else ord(found.decode())
    if body[end:] != "'":
        raise ValueError(literal)
    return value


def _escaped(body: str, at: int, mark: str) -> tuple[bytes, int] | None:
    match = _ESCAPE.match(body, at)
    if match is None:
        return None
    if (plain := match["plain"]) is not None:
        known = mark.encode() if plain == mark else _PLAIN_ESCAPES.get(plain)
        return None if known is None else (known, match.end())
    if (octal := match["octal"]) is not None:
        return (bytes([int(octal, 8)]), match.end()) if int(octal, 8) < 256 else None
    if match["hex"] is not None:
        return bytes([int(match["hex"], 16)]), match.end()
    point = int(match["short"] or match["long"], 16)
    if point > 0x10FFFF or 0xD800 <= point < 0xE000:
        return None
    return chr(point).encode(), match.end()


def _characters(text: str) -> bytes:
    return text.encode() if text.isascii() else _RAW_BYTES.sub("\ufffd", text).encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A constant as each of the kinds of numbers that it can be; None for those that it cannot be."""

    integer: int | None = None
    unsigned: int | None = None
    real: float | None = None
    imaginary: complex | None = None
    is_real: bool = False  # written as a float, so one where nothing asks for another type


def number(text: str) -> Number | str:
    """Return what a number stands for, or why it is none."""
    if text.endswith("i"):
        imaginary = _real(text[:-1])
        return f"{text} is no number" if imaginary is None else _complex(complex(0, imaginary))
    whole = _integer(text)
    if whole is not None and (whole in INT64 or whole in _UINT64):
        unsigned = whole if whole in _UINT64 and (text[0] not in "+-" or whole == 0) else None
        integer = whole if whole in INT64 else None
        if integer is not None or unsigned is not None:
            return Number(integer=integer, unsigned=unsigned, real=float(whole), is_real=_looks_real(text))
    real = _real(text)
    if real is None:
        return f"{text} is no number"
    if not any(each in text for each in ".eEpP"):
        return f"{text} is too large for an integer, or not one"
    return Number(integer=_whole(real, INT64), unsigned=_whole(real, _UINT64), real=real, is_real=_looks_real(text))


def complex_number(text: str) -> Number | str:
    """Return what `1+2i` stands for, or why it is no number."""
    try:
        return _complex(complex(text[:-1] + "j"))
    except ValueError:
        return f"{text} is no number"


def rune_number(value: int) -> Number:
    """Return a character's number."""
    return Number(integer=value, unsigned=value, real=float(value))


def _complex(value: complex) -> Number:
    if value.imag:
        return Number(imaginary=value)
    whole, unsigned = _whole(value.real, INT64), _whole(value.real, _UINT64)
    return Number(imaginary=value, real=value.real, integer=whole, unsigned=unsigned)


def _integer(text: str) -> int | None:
    try:
        return int(text, 8) if _OCTAL.fullmatch(text) else int(text, 0)
    except ValueError:
        return None


def _real(text: str) -> float | None:
    if _LOOSE_UNDERSCORE.search(text):
        return None
    plain = text.replace("_", "")
    try:
        if plain[:3].lower().lstrip("+-").startswith("0x"):
            value = float.fromhex(plain) if "p" in plain.lower() else math.inf
        else:
            value = float(plain)
    except (ValueError, OverflowError):
        return None
    return None if math.isinf(value) else value


def _whole(real: float, allowed: range) -> int | None:
    return int(real) if math.isfinite(real) and real.is_integer() and int(real) in allowed else None


def _looks_real(text: str) -> bool:
    is_hex_integer = text[:2].lower() == "0x" and "p" not in text.lower()
    return not is_hex_integer and any(each in text for each in ".eEpP")
