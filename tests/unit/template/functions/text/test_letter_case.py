"""Case changes a character at a time."""

import pytest

from keyferry.template.functions.text.letter_case import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("upper", "aB1", "AB1", id="upper-ascii"),
        pytest.param("upper", "straße", "STRAßE", id="upper"),
        pytest.param("lower", "AB", "ab", id="lower-ascii"),
        pytest.param("lower", "ΣΑΣ", "σασ", id="lower-without-context"),
        pytest.param("title", "hello-world foo_bar o'neil 3d", "Hello-World Foo_bar O'Neil 3d", id="title-ascii"),
        pytest.param("title", "é✓a 日a\u3000b", "É✓a 日a\u3000B", id="title-after-other-signs"),
        pytest.param("untitle", "First Try", "first try", id="untitle"),
        pytest.param("swapcase", "aB Cd ǅ 1x", "Ab cD ǆ 1X", id="swapcase"),
        pytest.param("swapcase", "ǆx ǆ", "ǅX ǅ", id="swapcase-to-title-at-the-start"),
    ],
)
def test_gives(name: str, text: str, expected: str) -> None:
    assert call(FUNCTIONS, name, text.encode()) == expected.encode()


def test_broken_bytes_are_replaced() -> None:
    assert call(FUNCTIONS, "upper", b"a\xff") == "A\ufffd".encode()
