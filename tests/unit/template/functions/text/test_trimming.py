"""Space, sets of characters, prefixes and suffixes are taken off."""

from typing import Any

import pytest

from keyferry.template.functions.text.trimming import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("trim", (b"\t a \v\n",), b"a", id="ascii-space"),
        pytest.param("trim", ("\u00a0 a\u2003".encode(),), b"a", id="other-space"),
        pytest.param("trim", (b" \x1ca\xa0 ",), b"\x1ca\xa0", id="no-space-to-go"),
        pytest.param("trimAll", (b"ab", b"abxba"), b"x", id="a-set"),
        pytest.param("trimall", (b"", b"aa"), b"aa", id="an-empty-set"),
        pytest.param("trimAll", ("é".encode(), "éxé".encode()), b"x", id="a-longer-character"),
        pytest.param("trimAll", (b"\xff", b"\xfex\xff"), b"x", id="all-broken-bytes-are-one"),
        pytest.param("trimPrefix", (b"-", b"--a"), b"-a", id="prefix-once"),
        pytest.param("trimSuffix", (b"x", b"a"), b"a", id="no-suffix"),
    ],
)
def test_gives(name: str, arguments: Any, expected: bytes) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected
