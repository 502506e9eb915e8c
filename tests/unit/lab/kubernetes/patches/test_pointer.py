from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.patches import pointer
from keyferry.lab.kubernetes.patches.errors import PatchError


@given(st.lists(st.text(max_size=6), max_size=5).map(tuple))
def test_render_and_parse_are_inverse(tokens: tuple[str, ...]) -> None:
    assert pointer.parse(pointer.render(tokens)) == tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", (), id="whole-document"),
        pytest.param("/", ("",), id="empty-key"),
        pytest.param("/a~1b/m~0n", ("a/b", "m~n"), id="escapes"),
        pytest.param("/~01", ("~1",), id="tilde-first-is-not-a-slash"),
    ],
)
def test_parses(text: str, expected: tuple[str, ...]) -> None:
    assert pointer.parse(text) == expected


@pytest.mark.parametrize("text", ["a", "a/b", "/a~2", "/a~"])
def test_refuses_what_is_no_pointer(text: str) -> None:
    with pytest.raises(PatchError):
        pointer.parse(text)


@pytest.mark.parametrize("token", ["-1", "01", "1.0", "", "a", "2", "-", "9" * 40])
def test_refuses_what_is_no_index(token: str) -> None:
    with pytest.raises(PatchError):
        pointer.index(token, size=2)


@pytest.mark.parametrize(
    ("tokens", "expected"),
    [
        pytest.param((), {"a": [{"b": 1}]}, id="whole"),
        pytest.param(("a", "0", "b"), 1, id="through-a-list"),
    ],
)
def test_resolves(tokens: tuple[str, ...], expected: Any) -> None:
    assert pointer.resolve({"a": [{"b": 1}]}, tokens) == expected


@pytest.mark.parametrize("tokens", [("x",), ("a", "1"), ("a", "0", "b", "c")])
def test_resolves_nothing_that_is_not_there(tokens: tuple[str, ...]) -> None:
    with pytest.raises(PatchError):
        pointer.resolve({"a": [{"b": 1}]}, tokens)
