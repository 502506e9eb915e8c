"""JSON laid out for people (`@pretty`) and without any space (`@ugly`), forgiving whatever is not JSON."""

import re
from dataclasses import dataclass
from typing import Final

from keyferry.model.errors import SpecError
from keyferry.template.gjson import values as gjson_values

MAX_DEPTH: Final = 100
_SPACE_OUTSIDE_STRINGS: Final = re.compile(rb'("[^"\\]*+(?:\\.[^"\\]*+)*+(?:"|\\?\Z))|[\x00-\x20]+', re.DOTALL)
_SCALAR_END: Final = re.compile(rb"[\x00-\x20,:\]}]")
_START: Final = re.compile(rb'["{\[0-9\-iI+Ntfn]')
_ELEMENT: Final = re.compile(rb"[^\x00-\x20]")
_KEY: Final = re.compile(rb'["}]')
_WORDS: Final = {ord("t"): b"true", ord("f"): b"false", ord("n"): b"null"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """How to lay out. An array that fits into `width` columns stands on one line."""

    width: int = 80
    prefix: bytes = b""
    indent: bytes = b"  "
    sort_keys: bool = False


def ugly(json: bytes) -> bytes:
    """Return the text without space outside of strings."""
    return _SPACE_OUTSIDE_STRINGS.sub(lambda found: found[1] or b"", json)


def pretty(json: bytes, layout: Layout) -> bytes:
    """Return the text with a line for each member, and a line end after it; raise `SpecError` for deep nesting."""
    printer = _Printer(json, layout)
    printer.value(0, depth=0)
    return bytes(printer.out + b"\n") if printer.out else b""


class _Printer:
    def __init__(self, json: bytes, layout: Layout) -> None:
        self._json = json
        self._layout = layout
        self._line_start = 0  # the column counts from here
        self.out = bytearray(layout.prefix)

    def value(self, position: int, depth: int) -> int:
        """Print the first value at or after `position`; return where it ends."""
        if depth > MAX_DEPTH:
            raise SpecError(what="a value is nested too deep to be laid out", cause=f"more than {MAX_DEPTH} levels")
        found = _START.search(self._json, position)
        if found is None:
            return len(self._json)
        start = found.start()
        if found[0] == b"{":
            return self._object(start, depth)
        if found[0] == b"[":
            line, end = _one_line(self._json, start, self._layout.width - (len(self.out) - self._line_start))
            if line is None:
                return self._array(start, depth)
            self.out += line
            return end
        text, end = _scalar(self._json, start)
        self.out += text
        return end

    def _array(self, start: int, depth: int) -> int:
        self.out += b"["
        position, count = start + 1, 0
        while (found := _ELEMENT.search(self._json, position)) and found[0] != b"]":
            self._new_line(b"," if count else b"", depth + 1)
            self._line_start += 1 if count else 0  # here alone the column does not count the line end itself
            position = self.value(found.start(), depth + 1)
            count += 1
        return self._close(b"]", count, depth, found.end() if found else len(self._json))

    def _object(self, start: int, depth: int) -> int:
        self.out += b"{"
        position, spans = start + 1, list[tuple[bytes, int, int]]()
        while (found := _KEY.search(self._json, position)) and found[0] == b'"':
            self._new_line(b"," if spans else b"", depth + 1)
            key, position = _scalar(self._json, found.start())
            begin = len(self.out)
            self.out += key + b": "
            position = self.value(position, depth + 1)
            spans.append((key, begin, len(self.out)))
        if self._layout.sort_keys:
            self._sort(spans)
        return self._close(b"}", len(spans), depth, found.end() if found else len(self._json))

    def _sort(self, spans: list[tuple[bytes, int, int]]) -> None:
        """Put the members printed last into the order of their keys; what stands between two of them stays."""
        members = [bytes(self.out[begin:end]) for _, begin, end in spans]
        order = sorted(range(len(spans)), key=lambda index: gjson_values.key_text(spans[index][0]))
        for (_, begin, end), index in reversed(list(zip(spans, order, strict=True))):
            self.out[begin:end] = members[index]

    def _close(self, bracket: bytes, count: int, depth: int, end: int) -> int:
        if count:
            self._new_line(b"", depth)
        self.out += bracket
        return end

    def _new_line(self, before: bytes, depth: int) -> None:
        self.out += before
        self._line_start = len(self.out)
        self.out += b"\n" + self._layout.prefix + self._layout.indent * depth


def _one_line(json: bytes, start: int, limit: int) -> tuple[bytes | None, int]:
    """Return the array at `start` on one line and where it ends; None where it is longer or holds an object."""
    out, position, stack = bytearray(), start, [False]
    while limit > 3 and len(out) <= limit:
        found = _ELEMENT.search(json, position)
        if found is None or found[0] == b"{":
            break
        if found[0] == b"]":
            out += b"]"
            position = found.end()
            stack.pop()
            if len(stack) == 1:
                return (bytes(out), position) if len(out) <= limit else (None, start)
            continue
        if found[0] == b"," or not _START.match(json, found.start()):
            position = found.end()
            continue
        out += b", " if stack[-1] else b""
        stack[-1] = True
        if found[0] == b"[":
            out += b"["
            position = found.end()
            stack.append(False)
            continue
        text, position = _scalar(json, found.start())
        out += text
    return None, start


def _scalar(json: bytes, start: int) -> tuple[bytes, int]:
    """Return a string, number or word as it is printed, and where it ends."""
    first = json[start]
    if first == ord('"'):
        end = gjson_values.string_end(json, start + 1) or len(json)
        return json[start:end], end
    word = _WORDS.get(first)
    if word is not None and not (first == ord("n") and json[start + 1 : start + 2] not in {b"u", b""}):
        return word, start + len(word)
    found = _SCALAR_END.search(json, start + 1)
    end = found.start() if found else len(json)
    return json[start:end], end
