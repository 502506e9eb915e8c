"""JSON that nests deeper than any decoder goes: an API server takes ten thousand levels, and whoever may create an
object with a free field can write them. Pure.
"""

import re
from typing import Final, Generic, TypeVar

import msgspec

T = TypeVar("T")

MAX_DEPTH: Final = 200
TOO_DEEP: Final = b'"nested too deep"'
_TOKEN: Final = re.compile(rb'"(?:[^"\\]|\\.)*+"|[\[{]|[\]}]', re.DOTALL)


class Decoder(Generic[T]):
    """Decodes JSON of any depth: what is nested too deep reads as a text that says so."""

    def __init__(self, kind: type[T]) -> None:
        self._decoder = msgspec.json.Decoder(kind)

    def decode(self, body: bytes | msgspec.Raw) -> T:
        """Return what the JSON says. msgspec.MsgspecError where it is none."""
        try:
            return self._decoder.decode(body)
        except RecursionError:
            return self._decoder.decode(flattened(bytes(body)))


def flattened(body: bytes) -> bytes:
    """Return JSON without what is nested too deep, in one pass."""
    kept: list[bytes] = []
    depth = begin = 0
    for token in _TOKEN.finditer(body):
        match token[0]:
            case b"{" | b"[":
                depth += 1
                if depth == MAX_DEPTH + 1:
                    kept += body[begin : token.start()], TOO_DEEP
            case b"}" | b"]":
                depth -= 1
                if depth == MAX_DEPTH:
                    begin = token.end()
    return b"".join(kept) + body[begin:]
