"""Formats take their arguments as in Go, and complain in the text as Go does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.printing.formats import format_all
from keyferry.template.values import Map, Slice, Value


def printed(form: str, *values: Value) -> str:
    return format_all(form.encode(), values, Meter(steps=100_000, bytes_left=10_000_000)).decode()


@pytest.mark.parametrize(
    ("form", "values", "expected"),
    [
        ("", (), ""),
        ("a%%b", (), "a%b"),
        ("%s:%d|", (b"a", 1), "a:1|"),
        ("%5s|%-5s|%05d|%+d|% d|%#x", (b"a", b"b", 1, 2, 3, 4), "    a|b    |00001|+2| 3|0x4"),
        ("%.2f %8.3f|%.f", (1.0, 2.0, 3.5), "1.00    2.000|4"),
        ("%*d|%-*d|%.*f", (5, 42, 4, 1, 2, 3.14159), "   42|1   |3.14"),
        ("%*d", (-4, 1), "1   "),
        ("%[2]s %[1]s", (b"a", b"b"), "b a"),
        ("%[1]s %s %[1]s", (b"a", b"b"), "a b a"),
        ("%[3]*.[2]*[1]f|", (12.0, 2, 6), " 12.00|"),
        ("%[1]v %[1]T %[1]q", (b"a",), 'a string "a"'),
        ("%v %+v %#v", (b"a", b"b", b"c"), 'a b "c"'),
        ("%+v", (1,), "1"),
        ("%é", (1,), "%!é(int=1)"),
        ("%!", (), "%!!(MISSING)"),
        ("%", (), "%!(NOVERB)"),
        ("%5", (1,), "%!(NOVERB)%!(EXTRA int=1)"),
        ("%d %d", (1,), "1 %!d(MISSING)"),
        ("%d", (1, b"a", None), "1%!(EXTRA string=a, <nil>)"),
        ("x", (Slice([1]), Map()), "x%!(EXTRA []interface {}=[1], map[string]interface {}=map[])"),
        ("%[5]d", (1,), "%!d(BADINDEX)"),
        ("%[0]d", (1,), "%!d(BADINDEX)"),
        ("%[x]d", (1,), "%!d(BADINDEX)"),
        ("%[]d", (1,), "%!d(BADINDEX)"),
        ("%[1", (1,), "%!(NOVERB)"),
        ("%[", (1,), "%!(NOVERB)"),
        ("%[1]2d", (1,), "%!d(BADINDEX)"),
        ("%[1].2d", (1,), "%!d(BADINDEX)"),
        ("%*d", (b"a", 1), "%!(BADWIDTH)1"),
        ("%*d", (), "%!(BADWIDTH)%!d(MISSING)"),
        ("%*d", (1_000_001, 1), "%!(BADWIDTH)1"),
        ("%.*d", (True, 1), "%!(BADPREC)1"),
        ("%.*d", (-1, 1), "%!(BADPREC)1"),
        ("%99999999999d", (1,), "1"),
        ("%1000001d", (1,), "1"),
        ("%0000000003d", (1,), "001"),
    ],
)
def test_formats(form: str, values: tuple[Value, ...], expected: str) -> None:
    assert printed(form, *values) == expected


def test_a_width_is_paid_for() -> None:
    with pytest.raises(LimitReached, match="bytes"):
        format_all(b"%1000000d", (1,), Meter(steps=100, bytes_left=1000))


@given(
    st.lists(st.sampled_from(["%", "[1]", "[", "]", "*", ".", "5", "0", "+", "-", "#", " ", *"vTdxXqsUcfgGebotpw%z"])),
    st.lists(st.sampled_from([1, -1, 2.5, b"a", b"\xff", None, True, 1j, Slice([1]), Map({b"a": 1})])),
)
def test_any_format_is_a_text(words: list[str], values: list[Value]) -> None:
    format_all("".join(words).encode(), values, Meter(steps=100_000, bytes_left=10_000_000))
