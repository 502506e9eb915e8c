"""Checksums of strings, in hexadecimal; Adler-32 in decimal."""

import hashlib
import zlib
from typing import Final

from keyferry.template.functions.function import Function, named
from keyferry.template.values import STRING


@named("sha1sum", STRING)
def _sha1sum(text: bytes) -> bytes:
    return hashlib.sha1(text, usedforsecurity=False).hexdigest().encode()


@named("sha256sum", STRING)
def _sha256sum(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()


@named("sha512sum", STRING)
def _sha512sum(text: bytes) -> bytes:
    return hashlib.sha512(text).hexdigest().encode()


@named("adler32sum", STRING)
def _adler32sum(text: bytes) -> bytes:
    return b"%d" % zlib.adler32(text)


FUNCTIONS: Final[tuple[Function, ...]] = (_sha1sum, _sha256sum, _sha512sum, _adler32sum)
