"""One value of any type by one verb, lists and maps item by item.

Source: https://pkg.go.dev/fmt#hdr-Printing.
"""

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.printing import plain
from keyferry.template.printing.flags import Flags, padded
from keyferry.template.printing.numbers import number_text
from keyferry.template.printing.strings import cut, string_text
from keyferry.template.values import Map, NamedNumber, Opaque, Slice, Value, type_of

_STRINGER_VERBS = frozenset("vsxXq")
_NOWHERE = b"0xc000000000"  # where a value lies in memory is another place each time, and no text to rely on


class Printer:
    """Writes value after value into `parts`, by `flags`, within a meter."""

    def __init__(self, meter: Meter) -> None:
        self.parts: list[bytes] = []
        self.flags = Flags()
        self._meter = meter

    def text(self, text: bytes) -> None:
        """Write text as it is."""
        self._meter.charge(len(text))
        self.parts.append(text)

    def value(self, value: Value, verb: str) -> None:
        """Write an argument; a verb that does not fit is told in the text, as Go does."""
        self._meter.charge(self.flags.cost)
        if value is None:
            self._fitting(padded(plain.NIL, self.flags) if verb in "Tv" else None, value, verb)
        elif verb == "T":
            self.text(cut(type_of(value).encode(), self.flags))
        elif verb == "p":
            has_place = isinstance(value, Slice | Map) or type_of(value).startswith("*")
            self._fitting(padded(_NOWHERE, self.flags) if has_place else None, value, verb)
        else:
            self._element(value, verb, 0)

    def _element(self, value: Value, verb: str, depth: int) -> None:
        self._meter.step()
        self._meter.charge(self.flags.cost if depth else 0)
        if depth > plain.MAX_DEPTH:
            raise LimitReached("depth")
        match value:
            case None:
                self.text(b"interface {}(nil)" if self.flags.sharp_v else plain.NIL)
            case bytes():
                self._fitting(string_text(value, verb, self.flags), value, verb)
            case Slice() | Map():
                self._container(value, verb, depth)
            case Opaque():
                fits = verb in _STRINGER_VERBS
                self._fitting(string_text(value.text(), verb, self.flags) if fits else None, value, verb)
            case NamedNumber() if verb in _STRINGER_VERBS:
                self._fitting(string_text(value.name, verb, self.flags), value, verb)
            case _:
                self._fitting(number_text(value, verb, self.flags), value, verb)

    def _fitting(self, text: bytes | None, value: Value, verb: str) -> None:
        if text is not None:
            self.text(text)
            return
        self.text(b"%!" + verb.encode("utf-8", "surrogateescape") + b"(")
        if value is None:
            self.text(plain.NIL)
        else:
            self.text(type_of(value).encode() + b"=")
            self.value(value, "v")
        self.text(b")")

    def _container(self, value: Slice | Map, verb: str, depth: int) -> None:
        if verb == "w":
            self._fitting(None, value, verb)
        elif self.flags.sharp_v and value.is_nil:
            self.text(type_of(value).encode() + b"(nil)")
        elif self.flags.sharp_v:
            self.text(type_of(value).encode() + b"{")
            self._items(value, verb, depth, b", ")
            self.text(b"}")
        else:
            self.text(b"[" if isinstance(value, Slice) else b"map[")
            self._items(value, verb, depth, b" ")
            self.text(b"]")

    def _items(self, value: Slice | Map, verb: str, depth: int, separator: bytes) -> None:
        keys = sorted(value.items) if isinstance(value, Map) else []
        items = [value.items[key] for key in keys] if isinstance(value, Map) else value.items
        for index, item in enumerate(items):
            if index:
                self.text(separator)
            if keys:
                self._element(keys[index], verb, depth + 1)
                self.text(b":")
            self._element(item, verb, depth + 1)
