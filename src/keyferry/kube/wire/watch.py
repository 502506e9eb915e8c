"""A watch's answer: bytes in as they come, events out when they are whole. No socket, no clock.

Source: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
"""

from typing import Final

import msgspec

from keyferry.kube.wire.nesting import Decoder
from keyferry.model.errors import Unavailable

ADDED: Final = "ADDED"
MODIFIED: Final = "MODIFIED"
DELETED: Final = "DELETED"
BOOKMARK: Final = "BOOKMARK"
ERROR: Final = "ERROR"

# An object is at most 1.5 MiB in etcd and grows by its escapes in JSON; anything longer is not a watch.
MAX_LINE_BYTES: Final = 16 * 1024 * 1024


class WatchEvent(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One event. `object` is undecoded: its reader knows its type. `type` may be one that this file does not list."""

    type: str
    object: msgspec.Raw


_EVENT = Decoder(WatchEvent)


class Splitter:
    """Cuts a stream into lines in one pass, whatever the sizes of its chunks."""

    def __init__(self, max_line_bytes: int = MAX_LINE_BYTES) -> None:
        self._max_line_bytes = max_line_bytes
        self._pieces: list[bytes] = []
        self._held_bytes = 0

    def feed(self, chunk: bytes) -> list[bytes]:
        """Return the lines that `chunk` completes, without line ends; empty lines are left out.

        Unavailable when a line outgrows the bound: the answer is not a watch.
        """
        head, newline, rest = chunk.partition(b"\n")
        if not newline:
            self._hold(chunk)
            return []
        first = b"".join((*self._pieces, head))
        *whole, last = rest.split(b"\n")
        self._pieces, self._held_bytes = [], 0
        self._hold(last)
        return [line for line in (first, *whole) if line.strip()]

    @property
    def pending_bytes(self) -> int:
        """How many bytes of an unfinished line are held."""
        return self._held_bytes

    def _hold(self, piece: bytes) -> None:
        self._held_bytes += len(piece)
        if self._held_bytes > self._max_line_bytes:
            raise Unavailable(
                what="the API server's watch sent an endless line",
                cause=f"more than {self._max_line_bytes} bytes without an end of line",
            )
        if piece:
            self._pieces.append(piece)


def decode(line: bytes) -> WatchEvent:
    """Decode one line. Unavailable when it is not an event: the stream cannot be trusted any further."""
    try:
        return _EVENT.decode(line)
    except msgspec.MsgspecError as problem:
        raise Unavailable(
            what="the API server's watch sent a line that is not an event",
            cause=f"{len(line)} bytes, {type(problem).__name__}",
            remedy="look for a proxy that answers in the API server's place",
        ) from None
