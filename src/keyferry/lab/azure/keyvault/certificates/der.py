"""The few forms of ASN.1's distinguished encoding that PKCS#12 needs, written. Pure. Called by pfx.

https://www.itu.int/rec/T-REC-X.690
"""

from typing import Final

NULL: Final = b"\x05\x00"


def integer(number: int) -> bytes:
    """Return a number that is not negative."""
    return _element(0x02, number.to_bytes(number.bit_length() // 8 + 1))


def octets(content: bytes) -> bytes:
    """Return bytes as they are."""
    return _element(0x04, content)


def oid(dotted: str) -> bytes:
    """Return an object identifier, such as `1.2.840.113549.1.7.1`."""
    first, second, *rest = (int(arc) for arc in dotted.split("."))
    return _element(0x06, b"".join(_arc(arc) for arc in (40 * first + second, *rest)))


def sequence(*parts: bytes) -> bytes:
    """Return elements in their order."""
    return _element(0x30, b"".join(parts))


def set_of(part: bytes) -> bytes:
    """Return a set of one element: more would have to be sorted."""
    return _element(0x31, part)


def tagged(number: int, part: bytes) -> bytes:
    """Return an element under a tag of its context, beside its own."""
    return _element(0xA0 + number, part)


def implicit(number: int, content: bytes) -> bytes:
    """Return bytes under a tag of their context, in place of their own."""
    return _element(0x80 + number, content)


def _element(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes([tag, size]) + content
    length = size.to_bytes((size.bit_length() + 7) // 8)
    return bytes([tag, 0x80 + len(length)]) + length + content


def _arc(number: int) -> bytes:
    digits = [number & 0x7F]
    while number := number >> 7:
        digits.append(0x80 | number & 0x7F)
    return bytes(reversed(digits))
