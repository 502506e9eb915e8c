"""Bools and numbers print by their verbs as in Go."""

import math

import pytest

from keyferry.template.printing.flags import Flags
from keyferry.template.printing.numbers import number_text
from keyferry.template.values import UINT8, Sized


@pytest.mark.parametrize(
    ("value", "verb", "flags", "expected"),
    [
        (True, "t", Flags(), "true"),
        (False, "v", Flags(width=6), " false"),
        (True, "d", Flags(), None),
        (42, "d", Flags(), "42"),
        (42, "v", Flags(plus=True), "+42"),
        (42, "d", Flags(space=True), " 42"),
        (42, "d", Flags(width=5, zero=True), "00042"),
        (-42, "d", Flags(width=5, zero=True), "-0042"),
        (42, "d", Flags(width=5, zero=True, minus=True), "42   "),
        (42, "d", Flags(width=5, precision=3, zero=True), "  042"),
        (0, "d", Flags(precision=0, width=2), "  "),
        (0, "d", Flags(precision=1), "0"),
        (255, "x", Flags(), "ff"),
        (255, "X", Flags(sharp=True), "0XFF"),
        (-255, "x", Flags(sharp=True), "-0xff"),
        (8, "o", Flags(sharp=True), "010"),
        (0, "o", Flags(sharp=True), "0"),
        (8, "O", Flags(), "0o10"),
        (5, "b", Flags(sharp=True), "0b101"),
        (42, "d", Flags(sharp=True), "42"),
        (65, "c", Flags(width=3), "  A"),
        (-1, "c", Flags(), "\ufffd"),
        (65, "q", Flags(), "'A'"),
        (0x65E5, "U", Flags(), "U+65E5"),
        (0x65E5, "U", Flags(sharp=True, width=11), " U+65E5 '日'"),
        (10, "U", Flags(sharp=True, precision=6), "U+00000A"),
        (-1, "U", Flags(sharp=True), "U+FFFFFFFFFFFFFFFF"),
        (7, "v", Flags(sharp_v=True), "7"),
        (Sized(7, UINT8), "v", Flags(sharp_v=True), "0x7"),
        (Sized(7, UINT8), "d", Flags(), "7"),
        (1, "s", Flags(), None),
        (1.5, "v", Flags(), "1.5"),
        (1.5, "f", Flags(), "1.500000"),
        (1.5, "F", Flags(precision=1), "1.5"),
        (1.5, "e", Flags(), "1.500000e+00"),
        (1.5, "g", Flags(plus=True), "+1.5"),
        (1.5, "g", Flags(space=True), " 1.5"),
        (-1.5, "g", Flags(space=True), "-1.5"),
        (3.14159, "f", Flags(precision=2, width=8, zero=True), "00003.14"),
        (-3.14159, "f", Flags(precision=2, width=8, zero=True), "-0003.14"),
        (3.5, "f", Flags(precision=1, width=6, plus=True), "  +3.5"),
        (3.5, "f", Flags(precision=1, width=6, plus=True, zero=True), "+003.5"),
        (3.5, "f", Flags(precision=1, width=6, plus=True, zero=True, minus=True), "+3.5  "),
        (1.0, "v", Flags(sharp_v=True), "1"),
        (1.0, "g", Flags(sharp=True), "1.00000"),
        (0.0, "g", Flags(sharp=True), "0.00000"),
        (1.5, "g", Flags(sharp=True, precision=4), "1.500"),
        (1e20, "g", Flags(sharp=True), "1.00000e+20"),
        (3.0, "f", Flags(sharp=True, precision=0), "3."),
        (1.5, "x", Flags(), "0x1.8p+00"),
        (3.0, "X", Flags(sharp=True), "0X1.8P+01"),
        (1.0, "x", Flags(sharp=True), "0x1.0000p+00"),
        (1.0, "b", Flags(sharp=True), "4503599627370496p-52"),
        (math.inf, "v", Flags(width=6, zero=True), "  +Inf"),
        (-math.inf, "v", Flags(sharp=True), "-Inf"),
        (math.nan, "v", Flags(), "NaN"),
        (math.nan, "v", Flags(plus=True), "+NaN"),
        (1.5, "d", Flags(), None),
        (1 + 2j, "v", Flags(), "(1+2i)"),
        (1 - 2j, "f", Flags(precision=1, width=5), "(  1.0 -2.0i)"),
        (1j, "d", Flags(), None),
    ],
)
def test_verbs(value: complex, verb: str, flags: Flags, expected: str | None) -> None:
    found = number_text(value, verb, flags)
    assert (None if found is None else found.decode()) == expected
