"""Texts are shortened by bytes."""

from typing import Any

import pytest

from keyferry.template.functions.text.shortening import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("abbrev", (5, b"hello world"), b"he...", id="abbrev"),
        pytest.param("abbrev", (3, b"hello world"), b"hello world", id="abbrev-too-narrow"),
        pytest.param("abbrev", (11, b"hello world"), b"hello world", id="abbrev-wide-enough"),
        pytest.param("abbrevboth", (5, 10, b"1234 5678 9123"), b"...5678...", id="abbrevboth"),
        pytest.param("abbrevboth", (50, 10, b"1234 5678 9123"), b"...78 9123", id="abbrevboth-at-the-end"),
        pytest.param("abbrevboth", (3, 8, b"1234 5678 9123"), b"1234 ...", id="abbrevboth-at-the-start"),
        pytest.param("abbrevboth", (1, 6, b"1234567890"), b"1234567890", id="abbrevboth-too-narrow-for-both"),
        pytest.param("abbrevboth", (0, 3, b"1234567890"), b"1234567890", id="abbrevboth-too-narrow"),
        pytest.param("initials", (b"First  try",), b"Ft", id="initials"),
        pytest.param("initials", ("é a".encode(),), "Ãa".encode(), id="initials-are-bytes"),
        pytest.param("nospace", (b" a b\n",), b"ab", id="nospace"),
        pytest.param("nospace", ("é".encode(),), "é".encode(), id="nospace-without-space"),
        pytest.param("nospace", ("é b".encode(),), "Ã©b".encode(), id="nospace-takes-bytes-for-characters"),
        pytest.param("plural", (b"one", b"many", 1), b"one", id="one"),
        pytest.param("plural", (b"one", b"many", 0), b"many", id="none-is-many"),
    ],
)
def test_gives(name: str, arguments: Any, expected: bytes) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected
