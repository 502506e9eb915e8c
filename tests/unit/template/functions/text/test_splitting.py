"""Strings are cut into lists and numbered maps."""

from typing import Any

import pytest

from keyferry.template.functions.function import LimitReached
from keyferry.template.functions.text.splitting import FUNCTIONS
from tests.fakes.template_functions import call, world


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("splitList", (b",", b"a,,b"), [b"a", b"", b"b"], id="a-list"),
        pytest.param("splitList", (b",", b""), [b""], id="an-empty-text-is-one-part"),
        pytest.param("splitList", (b"", "añ\xff".encode()), [b"a", "ñ".encode(), "\xff".encode()], id="characters"),
        pytest.param("splitList", (b"", b""), [], id="no-characters"),
        pytest.param("split", (b"$", b"a$b"), {b"_0": b"a", b"_1": b"b"}, id="a-map"),
        pytest.param("splitn", (b",", 2, b"a,b,c"), {b"_0": b"a", b"_1": b"b,c"}, id="at-most-two"),
        pytest.param("splitn", (b",", 0, b"a,b"), {}, id="none"),
        pytest.param("splitn", (b",", -1, b"a,b"), {b"_0": b"a", b"_1": b"b"}, id="all"),
        pytest.param("splitn", (b"", 2, "aéb".encode()), {b"_0": b"a", b"_1": "éb".encode()}, id="two-of-characters"),
        pytest.param("splitn", (b"", 9, b"ab"), {b"_0": b"a", b"_1": b"b"}, id="more-than-there-are"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


def test_growth_is_bounded() -> None:
    with pytest.raises(LimitReached):
        call(FUNCTIONS, "splitList", b"", b"a" * 10_000, within=world(bytes_left=100_000))
