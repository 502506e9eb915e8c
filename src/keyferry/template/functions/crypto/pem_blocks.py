"""PEM as Go reads and writes it: https://pkg.go.dev/encoding/pem (1.26). Time grows with the text's length alone."""

import base64
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from keyferry.template.functions.crypto import strict_base64

_BEGIN: Final = b"-----BEGIN "
_END: Final = b"\n-----END "
_DASHES: Final = b"-----"
_PROCESSING: Final = b"Proc-Type"  # RFC 1421 §4.6.1.1: comes first
_LINE_BYTES: Final = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block; `end` is where what follows it begins."""

    kind: bytes
    content: bytes
    headers: dict[bytes, bytes] = field(default_factory=dict)
    end: int = 0


def first(text: bytes, start: int = 0) -> Block | None:
    """Return the first block from `start` on, None where there is none. What is no block is passed over."""
    at: int | None = start
    while at is not None:
        end = text.find(_END, at)
        if end < 0:
            return None
        begin = text.rfind(_BEGIN, at, end)
        if begin < 0 or (begin > at and text[begin - 1 : begin] != b"\n"):
            at = end + len(_END)
            continue
        block = _block(text, begin, end)
        if isinstance(block, Block):
            return block
        at = block
    return None


def every(text: bytes) -> Iterator[Block]:
    """Yield every block."""
    block = first(text)
    while block is not None:
        yield block
        block = first(text, block.end)


def encoded(kind: bytes, content: bytes, headers: dict[bytes, bytes] | None = None) -> bytes:
    """Return a block in lines of 64 characters, headers sorted."""
    names = sorted(headers or {}, key=lambda name: (name != _PROCESSING, name))
    lines = [b"%s: %s" % (name, (headers or {})[name]) for name in names]
    text = base64.b64encode(content)
    lines += [b""] if lines else []
    lines += [text[at : at + _LINE_BYTES] for at in range(0, len(text), _LINE_BYTES)]
    body = b"".join(line + b"\n" for line in lines)
    return b"%s%s-----\n%s%s%s-----\n" % (_BEGIN, kind, body, _END[1:], kind)


def _block(text: bytes, begin: int, end: int) -> Block | int | None:
    """Return the block between two marks, or where to look on, or None where nothing can follow."""
    after = end + len(_END)
    kind_line, at = _line(text, begin + len(_BEGIN))
    if not kind_line.endswith(_DASHES):
        return after
    kind = kind_line.removesuffix(_DASHES)
    headers: dict[bytes, bytes] = {}
    while True:
        if at == len(text):
            return None
        line, following = _line(text, at)
        name, colon, value = line.partition(b":")
        if not colon:
            break
        headers[name.strip()] = value.strip()
        at = following
    if headers and end < at:
        return after if at <= after else None
    content = strict_base64.decoded(text[at:end].translate(None, b" \t")) if end > at else b""
    if content is None or not _ends_so(text, after, kind):
        return after
    _, rest = _line(text, end + len(_END) - 1)
    return Block(kind=kind, content=content, headers=headers, end=rest)


def _line(text: bytes, at: int) -> tuple[bytes, int]:
    """Return the line without spaces at its end, and where the next one begins."""
    end = text.find(b"\n", at)
    if end < 0:
        return text[at:].rstrip(b" \t"), len(text)
    return text[at:end].removesuffix(b"\r").rstrip(b" \t"), end + 1


def _ends_so(text: bytes, at: int, kind: bytes) -> bool:
    line, _ = _line(text, at)
    return line == kind + _DASHES
