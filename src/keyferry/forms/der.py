"""Looks into PKCS#12 without opening it: how often its keys are hashed, as a file may ask for hours of that.

RFC 7292 §4 and RFC 8018 appendix A: wherever a count stands, it follows its salt, an INTEGER after an OCTET STRING.
"""

from collections.abc import Iterator
from typing import Final

MOST_DEPTH: Final = 40
_INTEGER: Final = 0x02
_OCTETS: Final = 0x04
_CONSTRUCTED: Final = 0x20
_EXPLICIT: Final = 0xA0  # around the content of a part, which is DER of its own


def rounds(content: bytes) -> int:
    """Return the sum of all counts in sight. ValueError where it is not DER.

    What is encrypted is not in sight; writers put certificates there alone.
    """
    return _rounds(content, 0, within=0)


def has_sum(content: bytes) -> bool:
    """Tell whether a password can be checked: a sum over all stands last, after version and content (RFC 7292 §4)."""
    _, body = next(_elements(content), (0, b""))
    return len(list(_elements(body))) > 2


def _rounds(content: bytes, depth: int, *, within: int) -> int:
    if depth > MOST_DEPTH:
        raise ValueError("nested too deeply")
    total = before = 0
    for tag, body in _elements(content):
        if tag == _INTEGER and before == _OCTETS:
            total += int.from_bytes(body)
        elif tag & _CONSTRUCTED or (tag == _OCTETS and within == _EXPLICIT):
            total += _rounds(body, depth + 1, within=tag)
        before = tag
    return total


def _elements(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        tag, (length, start) = content[at], _length(content, at + 1)
        end = start + length
        if end > len(content):
            raise ValueError("cut short")
        yield tag, content[start:end]
        at = end


def _length(content: bytes, at: int) -> tuple[int, int]:
    """Return an element's length and where its body begins."""
    first = content[at] if at < len(content) else 0x80
    if first < 0x80:
        return first, at + 1
    size = first - 0x80
    if not 0 < size <= 4:
        raise ValueError("of no definite length")
    return int.from_bytes(content[at + 1 : at + 1 + size]), at + 1 + size
