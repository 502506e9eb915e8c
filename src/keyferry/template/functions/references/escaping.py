"""What each part of a URL may hold unescaped, as Go's net/url sees it. Source: https://pkg.go.dev/net/url, RFC 3986."""

import re
import string
from enum import Enum
from typing import Final

from keyferry.template.functions.function import Fault

_UNRESERVED: Final = frozenset((string.ascii_letters + string.digits + "-_.~").encode())
_ESCAPE: Final = re.compile(rb"%(..)?", re.DOTALL)
_HEX: Final = re.compile(rb"[0-9a-fA-F]{2}")
_PERCENT: Final = b"25"
_FIRST_NON_ASCII: Final = 0x80


class Part(Enum):
    """A part of a URL, by the bytes that stand unescaped in it."""

    PATH = _UNRESERVED | frozenset(b"$&+,/:;=@")
    HOST = _UNRESERVED | frozenset(b"!$&'()*+,;=:[]<>\"")
    USERINFO = _UNRESERVED | frozenset(b"$&+,;=")
    FRAGMENT = _UNRESERVED | frozenset(b"$&+,/:;=?@!()*")


_ESCAPES: Final = {part: {byte: f"%{byte:02X}" for byte in range(256) if byte not in part.value} for part in Part}


def escape(text: bytes, part: Part) -> bytes:
    """Return a text with each byte escaped that may not stand in a part."""
    return text.decode("latin-1").translate(_ESCAPES[part]).encode("latin-1")


def unescape(text: bytes) -> bytes:
    """Return a text with its escapes undone; Fault for one that is broken."""
    return _ESCAPE.sub(lambda found: bytes((_byte(found[1]),)), text)


def unescape_host(text: bytes) -> bytes:
    """Undo the escapes of a host, where only what is not ASCII may be escaped, and `%`."""
    for found in _ESCAPE.finditer(text):
        if _byte(found[1]) < _FIRST_NON_ASCII and found[1] != _PERCENT:
            raise Fault("the host of the URL escapes a character that it may not")
    _check_unescaped(text)
    return unescape(text)


def unescape_zone(text: bytes) -> bytes:
    """Undo the escapes of an IPv6 zone, where what a host may hold can be escaped as well, and spaces."""
    for found in _ESCAPE.finditer(text):
        byte = _byte(found[1])
        if found[1] != _PERCENT and byte != ord(" ") and byte not in Part.HOST.value:
            raise Fault("the zone of the URL's host escapes a character that it may not")
    _check_unescaped(text)
    return unescape(text)


def _check_unescaped(text: bytes) -> None:
    plain = _ESCAPE.sub(b"", text)
    if any(byte < _FIRST_NON_ASCII and byte not in Part.HOST.value for byte in plain):
        raise Fault("the host of the URL holds a character that it may not")


def _byte(digits: bytes | None) -> int:
    if digits is None or not _HEX.fullmatch(digits):
        raise Fault("the URL holds a broken escape")
    return int(digits, 16)
