"""What is taken off the ends of strings."""

from typing import Final

from keyferry.template.functions import runes
from keyferry.template.functions.function import Function, named
from keyferry.template.values import STRING

_ASCII_SPACE: Final = b"\t\n\v\f\r "
_ANY_BROKEN_BYTE: Final = "".join(map(chr, range(0xDC80, 0xDD00)))


@named("trim", STRING)
def _trim(text: bytes) -> bytes:
    return text.strip(_ASCII_SPACE) if text.isascii() else _stripped(text, runes.SPACE)


def _trim_all(cutset: bytes, text: bytes) -> bytes:
    if cutset.isascii():
        return text.strip(cutset) if cutset else text
    characters = runes.decode(cutset)
    # to Go all bytes that belong to no character are one and the same
    return _stripped(text, characters + _ANY_BROKEN_BYTE if runes.REPLACEMENT in characters else characters)


def _stripped(text: bytes, cutset: str) -> bytes:
    return text.decode("utf-8", "surrogateescape").strip(cutset).encode("utf-8", "surrogateescape")


@named("trimPrefix", STRING, STRING)
def _trim_prefix(prefix: bytes, text: bytes) -> bytes:
    return text.removeprefix(prefix)


@named("trimSuffix", STRING, STRING)
def _trim_suffix(suffix: bytes, text: bytes) -> bytes:
    return text.removesuffix(suffix)


FUNCTIONS: Final[tuple[Function, ...]] = (
    _trim,
    named("trimAll", STRING, STRING)(_trim_all),
    named("trimall", STRING, STRING)(_trim_all),
    _trim_prefix,
    _trim_suffix,
)
