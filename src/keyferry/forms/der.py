"""Looks into PKCS#12 without opening it: it may ask for hours of hashing, or hold a key that takes long to check.

RFC 7292 §4 and RFC 8018 appendix A: wherever a count stands, it follows its salt, an INTEGER after an OCTET STRING.
What is encrypted is not in sight; writers put certificates there alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

MOST_DEPTH: Final = 40
_INTEGER: Final = 0x02
_OCTETS: Final = 0x04
_CONSTRUCTED: Final = 0x20
_EXPLICIT: Final = 0xA0  # around the content of a part, which is DER of its own
_KEY_BAGS: Final = tuple(bytes.fromhex(f"2a864886f70d010c0a010{kind}") for kind in (1, 2))  # plain, encrypted


@dataclass(frozen=True, slots=True, kw_only=True)
class _Element:
    tag: int
    body: bytes


_NOTHING: Final = _Element(tag=0, body=b"")


def rounds(content: bytes) -> int:
    """Return the sum of all counts in sight. ValueError where it is not DER."""
    pairs = _in_sight(content, 0, within=0)
    return sum(int.from_bytes(it.body) for before, it in pairs if (before.tag, it.tag) == (_OCTETS, _INTEGER))


def key_bytes(content: bytes) -> int | None:
    """Return the size of the largest private key in sight, None where there is none. ValueError where it is not DER."""
    return max(
        (len(it.body) for before, it in _in_sight(content, 0, within=0) if before.body in _KEY_BAGS), default=None
    )


def has_sum(content: bytes) -> bool:
    """Tell whether a password can be checked: a sum over all stands last, after version and content (RFC 7292 §4)."""
    whole = next(_elements(content), _NOTHING)
    return len(list(_elements(whole.body))) > 2


def _in_sight(content: bytes, depth: int, *, within: int) -> Iterator[tuple[_Element, _Element]]:
    """Yield every element, outer ones first, each with the one right before it on its level."""
    if depth > MOST_DEPTH:
        raise ValueError("nested too deeply")
    before = _NOTHING
    for element in _elements(content):
        yield before, element
        if element.tag & _CONSTRUCTED or (element.tag == _OCTETS and within == _EXPLICIT):
            yield from _in_sight(element.body, depth + 1, within=element.tag)
        before = element


def _elements(content: bytes) -> Iterator[_Element]:
    at = 0
    while at < len(content):
        tag, (length, start) = content[at], _length(content, at + 1)
        end = start + length
        if end > len(content):
            raise ValueError("cut short")
        yield _Element(tag=tag, body=content[start:end])
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
