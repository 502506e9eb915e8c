"""Strings print by their verbs as in Go."""

import pytest

from keyferry.template.printing.flags import Flags
from keyferry.template.printing.strings import cut, string_text


@pytest.mark.parametrize(
    ("value", "verb", "flags", "expected"),
    [
        ("héllo", "s", Flags(), "héllo"),
        ("héllo", "v", Flags(precision=2), "hé"),
        ("a", "v", Flags(sharp_v=True), '"a"'),
        ("é", "q", Flags(), '"é"'),
        ("é", "q", Flags(plus=True), '"\\u00e9"'),
        ("a\\b", "q", Flags(sharp=True), "`a\\b`"),
        ("a\nb", "q", Flags(sharp=True), '"a\\nb"'),
        ("abc", "q", Flags(precision=1, width=5), '  "a"'),
        ("é!", "x", Flags(), "c3a921"),
        ("é!", "X", Flags(), "C3A921"),
        ("é!", "x", Flags(sharp=True), "0xc3a921"),
        ("é!", "X", Flags(space=True), "C3 A9 21"),
        ("é!", "x", Flags(space=True, sharp=True), "0xc3 0xa9 0x21"),
        ("é!", "x", Flags(precision=2, width=6), "  c3a9"),
        ("", "x", Flags(sharp=True, width=2), "  "),
        ("a", "d", Flags(), None),
        ("a", "p", Flags(), None),
    ],
)
def test_verbs(value: str, verb: str, flags: Flags, expected: str | None) -> None:
    found = string_text(value.encode(), verb, flags)
    assert (None if found is None else found.decode()) == expected


def test_bytes_that_are_no_text() -> None:
    assert cut(b"\xe9\xe9\xe9", Flags(precision=2, width=3)) == b" \xe9\xe9"
