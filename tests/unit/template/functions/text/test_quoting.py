"""Values are quoted, nil left out."""

from typing import Any

import pytest

from keyferry.template.functions.text.quoting import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "values", "expected"),
    [
        pytest.param("quote", (b'a"b\n',), b'"a\\"b\\n"', id="escapes"),
        pytest.param("quote", (b"\xff", None, 1), b'"\\xff" "1"', id="broken-bytes-and-nil"),
        pytest.param("squote", (b"it's", None, 1.5), b"'it's' '1.5'", id="single-quotes-without-escapes"),
        pytest.param("squote", (), b"", id="nothing"),
    ],
)
def test_gives(name: str, values: Any, expected: bytes) -> None:
    assert call(FUNCTIONS, name, *values) == expected
