"""Lines are wrapped and indented, at a price."""

from typing import Any

import pytest

from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.functions.text.shaping import FUNCTIONS
from tests.fakes.template_functions import call, world


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("wrap", (5, b"hello big world"), b"hello\nbig\nworld", id="wrap"),
        pytest.param("wrap", (0, b"a bc"), b"a\nbc", id="wrap-at-least-one-column"),
        pytest.param("wrap", (3, b"   a long-word b"), b"a\nlong-word\nb", id="wrap-keeps-long-words"),
        pytest.param("wrap", (3, b"a long-word"), b"a\nlong-word", id="wrap-keeps-a-last-long-word"),
        pytest.param("wrapWith", (3, b"/", b"abcdefg h"), b"abc/def/g h", id="wrap-with-cuts-long-words"),
        pytest.param("wrapWith", (3, b"", b"abcd"), b"abc\nd", id="wrap-with-no-separator"),
        pytest.param("indent", (2, b"a\nb\n"), b"  a\n  b\n  ", id="indent"),
        pytest.param("nindent", (1, b"a"), b"\n a", id="nindent"),
    ],
)
def test_gives(name: str, arguments: Any, expected: bytes) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


def test_an_indent_is_not_negative() -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, "indent", -1, b"a")


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("indent", (1 << 40, b"a"), id="indent"),
        pytest.param("wrapWith", (1, b"x" * 1000, b"a" * 1000), id="wrap-with"),
    ],
)
def test_growth_is_bounded(name: str, arguments: Any) -> None:
    with pytest.raises(LimitReached):
        call(FUNCTIONS, name, *arguments, within=world(bytes_left=100_000))
