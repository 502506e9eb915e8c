"""Values of all types print by verbs as in Go; what does not fit is told in the text."""

import pytest

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.printing.flags import Flags
from keyferry.template.printing.verbs import Printer
from keyferry.template.values import STRING, Map, NamedNumber, Opaque, Slice, Value


class Version(Opaque):
    @property
    def go_type(self) -> str:
        return "*semver.Version"

    def text(self) -> bytes:
        return b"1.2.3"


def printed(value: Value, verb: str, flags: Flags | None = None, meter: Meter | None = None) -> str:
    printer = Printer(meter or Meter(steps=10_000, bytes_left=10_000))
    printer.flags = flags or Flags()
    printer.value(value, verb)
    return b"".join(printer.parts).decode()


LIST = Slice([1, b"a", None])
MAP = Map({b"b": 1, b"a": b"x"})


@pytest.mark.parametrize(
    ("value", "verb", "flags", "expected"),
    [
        (None, "v", Flags(width=7), "  <nil>"),
        (None, "T", Flags(precision=0), "<nil>"),
        (None, "d", Flags(), "%!d(<nil>)"),
        (NamedNumber(5, "time.Month", b"May"), "d", Flags(width=2), " 5"),
        (NamedNumber(5, "time.Month", b"May"), "s", Flags(width=4), " May"),
        (1, "T", Flags(width=5), "  int"),
        (b"a", "p", Flags(), "%!p(string=a)"),
        (LIST, "p", Flags(), "0xc000000000"),
        (Version(), "p", Flags(), "0xc000000000"),
        (1, "z", Flags(width=3), "%!z(int=  1)"),
        (LIST, "v", Flags(), "[1 a <nil>]"),
        (LIST, "d", Flags(), "[1 %!d(string=a) <nil>]"),
        (LIST, "v", Flags(sharp_v=True), '[]interface {}{1, "a", interface {}(nil)}'),
        (Slice([b"a"], STRING), "v", Flags(sharp_v=True), '[]string{"a"}'),
        (Slice(is_nil=True), "v", Flags(sharp_v=True), "[]interface {}(nil)"),
        (Map(is_nil=True), "v", Flags(sharp_v=True), "map[string]interface {}(nil)"),
        (Slice(is_nil=True), "v", Flags(), "[]"),
        (LIST, "w", Flags(), "%!w([]interface {}=[1 a <nil>])"),
        (MAP, "v", Flags(), "map[a:x b:1]"),
        (MAP, "q", Flags(), 'map["a":"x" "b":\'\\x01\']'),
        (MAP, "v", Flags(sharp_v=True), 'map[string]interface {}{"a":"x", "b":1}'),
        (Version(), "s", Flags(width=6), " 1.2.3"),
        (Version(), "d", Flags(), "%!d(*semver.Version=1.2.3)"),
        (1.5, "v", Flags(), "1.5"),
    ],
)
def test_values(value: Value, verb: str, flags: Flags, expected: str) -> None:
    assert printed(value, verb, flags) == expected


def test_what_is_too_much() -> None:
    endless = Slice()
    endless.items.append(endless)
    with pytest.raises(LimitReached, match="depth"):
        printed(endless, "v")
    with pytest.raises(LimitReached, match="bytes"):
        printed(1, "d", Flags(width=1_000_000))
    with pytest.raises(LimitReached, match="bytes"):
        printed(Slice([1] * 50), "d", Flags(width=999))
    with pytest.raises(LimitReached, match="steps"):
        printed(Slice([1] * 50), "d", meter=Meter(steps=10, bytes_left=1000))
