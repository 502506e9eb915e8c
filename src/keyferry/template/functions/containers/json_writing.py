"""Values as JSON, as Go's encoding/json writes it. Source: https://pkg.go.dev/encoding/json#Marshal."""

import base64
import math
import re
from typing import Final

from keyferry.template.functions import costs, runes
from keyferry.template.functions.function import Fault, Surroundings
from keyferry.template.functions.marshalling import Marshaller
from keyferry.template.printing import floats
from keyferry.template.values import UINT8, Map, Slice, Value, type_of

_LEAST_PLAIN: Final = 1e-6  # smaller floats, and from the next on, get an exponent
_LEAST_LARGE: Final = 1e21
_SHORT_EXPONENT: Final = re.compile(r"e-0(\d)$")
_SHORT_ESCAPES: Final = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\f": "\\f", "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_BROKEN: Final = "\udc80-\udcff"  # how "surrogateescape" shows a byte that is no UTF-8
_RAW: Final = re.compile(f'["\\\\\x00-\x1f\u2028\u2029{_BROKEN}]')
_SAFE: Final = re.compile(f'["\\\\\x00-\x1f\u2028\u2029{_BROKEN}<>&]')


def write(world: Surroundings, value: Value, *, indent: bytes = b"", escapes_html: bool = True) -> bytes:
    """Return a value as JSON, in lines where an indent is given; Fault where JSON has no such value."""
    writer = _Writer(world, indent, escapes_html=escapes_html)
    writer.value(value, 0)
    return b"".join(writer.parts)


class _Writer:
    """Collects the parts of one text, each paid for before it is made."""

    def __init__(self, world: Surroundings, indent: bytes, *, escapes_html: bool) -> None:
        self.parts: list[bytes] = []
        self._world = world
        self._indent = indent
        self._colon = b": " if indent else b":"
        self._special = _SAFE if escapes_html else _RAW

    def value(self, value: Value, depth: int) -> None:
        """Add a value."""
        self._world.meter.step()
        if isinstance(value, Marshaller):
            value = value.plain()
        if isinstance(value, Slice) and not value.is_nil and value.elem != UINT8:
            self._list(value, costs.deeper(depth))
        elif isinstance(value, Map) and not value.is_nil:
            self._map(value, costs.deeper(depth))
        else:
            self._add(self._scalar(value))

    def _list(self, value: Slice, depth: int) -> None:
        if not value.items:
            self._add(b"[]")
            return
        self._add(b"[")
        for number, each in enumerate(value.items):
            self._line(depth, first=number == 0)
            self.value(each, depth)
        self._end(depth, b"]")

    def _map(self, value: Map, depth: int) -> None:
        if not value.items:
            self._add(b"{}")
            return
        self._add(b"{")
        for number, key in enumerate(sorted(value.items)):
            self._line(depth, first=number == 0)
            self._add(self._string(key))
            self._add(self._colon)
            self.value(value.items[key], depth)
        self._end(depth, b"}")

    def _line(self, depth: int, *, first: bool) -> None:
        if not first:
            self._add(b",")
        if self._indent:
            self._add(b"\n" + self._indent * depth)

    def _end(self, depth: int, bracket: bytes) -> None:
        if self._indent:
            self._add(b"\n" + self._indent * (depth - 1))
        self._add(bracket)

    def _add(self, part: bytes) -> None:
        costs.looks(self._world, len(part) + 1)
        costs.text(self._world, len(part))
        self.parts.append(part)

    def _scalar(self, value: Value) -> bytes:
        match value:
            case bool():
                return b"true" if value else b"false"
            case bytes():
                return self._string(value)
            case int():
                return b"%d" % value
            case float():
                return _float(value)
            case Slice() if not value.is_nil:
                return b'"%b"' % base64.b64encode(bytes(value.items))  # type: ignore[arg-type]  # uint8 all of them
            case None | Slice() | Map():
                return b"null"
            case _:
                raise Fault(f"JSON has no {type_of(value)}")

    def _string(self, text: bytes) -> bytes:
        costs.text(self._world, len(text))
        escaped = self._special.sub(_escape, text.decode("utf-8", "surrogateescape"))
        return b'"%b"' % escaped.encode()


def _escape(found: re.Match[str]) -> str:
    code = ord(runes.REPLACEMENT) if "\udc80" <= found[0] <= "\udcff" else ord(found[0])
    return _SHORT_ESCAPES.get(found[0]) or f"\\u{code:04x}"


def _float(number: float) -> bytes:
    """Return the fewest digits that give the float again; Fault for what is infinite or no number."""
    if not math.isfinite(number):
        raise Fault("JSON has no infinite numbers, and none that are no numbers")
    if number == 0 or _LEAST_PLAIN <= abs(number) < _LEAST_LARGE:
        return floats.format_float(number, "f").encode()
    return _SHORT_EXPONENT.sub(r"e-\1", floats.format_float(number, "e")).encode()
