"""Values print as Go prints them, within a meter."""

import pytest

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.printing import plain
from keyferry.template.values import Map, NamedNumber, Opaque, Sized, Slice, Value


class Version(Opaque):
    def text(self) -> bytes:
        return b"1.2.3"


def meter(steps: int = 1000, size: int = 10_000) -> Meter:
    return Meter(steps=steps, bytes_left=size)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b"text", b"text"),
        (None, b"<nil>"),
        (True, b"true"),
        (False, b"false"),
        (-5, b"-5"),
        (Sized(7), b"7"),
        (NamedNumber(5, "time.Month", b"May"), b"May"),
        (1e21, b"1e+21"),
        (1 + 2j, b"(1+2i)"),
        (complex(0, -1), b"(0-1i)"),
        (complex(0, float("inf")), b"(0+Infi)"),
        (Version(), b"1.2.3"),
        (Slice(), b"[]"),
        (Slice([1, b"a b", None, Version(), Slice([2])]), b"[1 a b <nil> 1.2.3 [2]]"),
        (Map(), b"map[]"),
        (Map({b"b": None, b"a": Map({b"x": 1})}), b"map[a:map[x:1] b:<nil>]"),
    ],
)
def test_one_value(value: Value, expected: bytes) -> None:
    assert plain.text_of(value, meter()) == expected


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([], b""),
        ([1, 2], b"1 2"),
        ([b"a", b"b"], b"ab"),
        ([1, b"a", 2, 3, b"b"], b"1a2 3b"),
        ([b"a", None, 1, None], b"a<nil> 1 <nil>"),
    ],
)
def test_several_values(values: list[Value], expected: bytes) -> None:
    assert plain.print_all(values, meter()) == expected


def test_a_line() -> None:
    assert plain.print_line([b"a", b"b", 1], meter()) == b"a b 1\n"


def test_what_is_too_much() -> None:
    endless = Slice()
    endless.items.append(endless)
    with pytest.raises(LimitReached, match="depth"):
        plain.text_of(endless, meter())
    with pytest.raises(LimitReached, match="bytes"):
        plain.text_of(Slice([b"x" * 100] * 100), meter(size=50))
    with pytest.raises(LimitReached, match="steps"):
        plain.text_of(Slice([1] * 100), meter(steps=50))


def test_what_is_no_value() -> None:
    with pytest.raises(TypeError):
        plain.scalar_text(Slice())
