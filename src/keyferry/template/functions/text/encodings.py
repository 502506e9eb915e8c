"""Base64, base32 and hexadecimal: what does not decode gives Go's error text as the value.

Sources: https://pkg.go.dev/encoding/base64 (line ends are skipped, the unused bits of the last character are not
looked at), https://pkg.go.dev/encoding/base32, https://pkg.go.dev/encoding/hex.
"""

import base64
import re
import unicodedata
from typing import Final

from keyferry.template.functions import costs
from keyferry.template.functions.function import Function, Surroundings, named
from keyferry.template.values import STRING

_LINE_ENDS: Final = b"\r\n"
_WHOLE_BASE64: Final = re.compile(rb"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_NO_BASE64: Final = re.compile(rb"[^A-Za-z0-9+/\r\n]")
_NO_BASE32: Final = re.compile(rb"[^A-Z2-7]")
_NO_HEX: Final = re.compile(rb"[^0-9a-fA-F]")
_PAD: Final = ord("=")


@named("b64enc", STRING)
def _b64enc(text: bytes) -> bytes:
    return base64.b64encode(text)


@named("b64dec", STRING)
def _b64dec(text: bytes) -> bytes:
    plain = text.translate(None, _LINE_ENDS)
    if _WHOLE_BASE64.fullmatch(plain):
        return base64.b64decode(plain)
    return b"illegal base64 data at input byte %d" % _base64_error(text)


@named("b32enc", STRING, knows_world=True)
def _b32enc(world: Surroundings, text: bytes) -> bytes:
    costs.characters(world, text)
    return base64.b32encode(text)


@named("b32dec", STRING, knows_world=True)
def _b32dec(world: Surroundings, text: bytes) -> bytes:
    costs.characters(world, text)
    plain = text.translate(None, _LINE_ENDS)
    stop = _NO_BASE32.search(plain)
    end = stop.start() if stop else len(plain)
    error = _base32_error(plain, end)
    if error is not None:
        return b"illegal base32 data at input byte %d" % error
    return base64.b32decode(plain[:end] + b"=" * (-end % 8))


@named("hexdec", STRING)
def _hexdec(text: bytes) -> bytes:
    wrong = _NO_HEX.search(text)
    if wrong:
        return b"encoding/hex: invalid byte: " + _described(wrong[0])
    if len(text) % 2:
        return b"encoding/hex: odd length hex string"
    return bytes.fromhex(text.decode())


def _base64_error(text: bytes) -> int:
    """Return the byte at which Go gives up on a text that is not whole."""
    stop = _NO_BASE64.search(text)
    end = stop.start() if stop else len(text)
    in_group = (end - text.count(b"\r", 0, end) - text.count(b"\n", 0, end)) % 4
    if stop is None:
        return end - in_group
    if text[end] != _PAD or in_group < 2:
        return end
    after = _after_line_ends(text, end + 1)
    if in_group == 2:  # two signs of padding are due
        if after == len(text):
            return after
        if text[after] != _PAD:
            return after - 1
        after = _after_line_ends(text, after + 1)
    return after


def _after_line_ends(text: bytes, at: int) -> int:
    while at < len(text) and text[at] in _LINE_ENDS:
        at += 1
    return at


def _base32_error(text: bytes, end: int) -> int | None:
    """Return the byte at which Go gives up, None where the letters before `end` make whole groups with the padding."""
    in_group, rest = end % 8, len(text) - end - 1
    if end == len(text):
        return end - in_group if in_group else None
    if text[end] != _PAD or in_group < 2 or rest >= 8:
        return end
    if rest + in_group < 7:
        return len(text)
    for number, byte in enumerate(text[end + 1 : end + 8 - in_group]):
        if byte != _PAD:
            return end + number
    return end if in_group in {3, 6} else None


def _described(byte: bytes) -> bytes:
    character = byte.decode("latin-1")
    code = b"U+%04X" % byte[0]
    return code + f" '{character}'".encode() if _is_printable(character) else code


def _is_printable(character: str) -> bool:
    return character == " " or unicodedata.category(character)[0] in "LMNPS"


FUNCTIONS: Final[tuple[Function, ...]] = (_b64enc, _b64dec, _b32enc, _b32dec, _hexdec)
