"""Texts are as wide as the flags ask, in characters."""

import pytest

from keyferry.template.printing.flags import Flags, padded


@pytest.mark.parametrize(
    ("flags", "zeros", "expected"),
    [
        (Flags(), True, "é"),
        (Flags(width=1), True, "é"),
        (Flags(width=3), True, "  é"),
        (Flags(width=3, zero=True), True, "00é"),
        (Flags(width=3, zero=True), False, "  é"),
        (Flags(width=3, zero=True, minus=True), True, "é  "),
    ],
)
def test_padding(flags: Flags, zeros: bool, expected: str) -> None:
    assert padded("é".encode(), flags, zeros=zeros).decode() == expected


def test_what_they_cost() -> None:
    assert Flags().cost == 0
    assert Flags(width=3, precision=4).cost == 7
