"""Values become strings, and lists become lists of strings."""

from typing import Any

import pytest

from keyferry.template.functions.text.strval import FUNCTIONS
from keyferry.template.values import INT, STRING, Map, Slice
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("toString", (b"\xff",), b"\xff", id="a-string-as-it-is"),
        pytest.param("toString", (None,), b"<nil>", id="nil"),
        pytest.param("toString", (Slice([1, b"a"]),), b"[1 a]", id="a-list-as-printed"),
        pytest.param("toStrings", (Slice([1, None, b"a"]),), [b"1", b"a"], id="to-strings-without-nil"),
        pytest.param("toStrings", (None,), [], id="to-strings-of-nil"),
        pytest.param("toStrings", (5,), [b"5"], id="to-strings-of-one"),
        pytest.param("join", (b",", Slice([0, 1], INT)), b"0,1", id="join"),
        pytest.param("join", (b",", Map({b"a": 1})), b"map[a:1]", id="join-no-list"),
        pytest.param("cat", (b"a", None, 1), b"a 1", id="cat"),
        pytest.param("cat", (), b"", id="cat-nothing"),
        pytest.param("sortAlpha", (Slice([10, 2, b"b", None, b"B"]),), [b"10", b"2", b"B", b"b"], id="sort-by-bytes"),
        pytest.param("sortAlpha", (None,), [b"<nil>"], id="sort-nil"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


def test_a_list_of_strings_is_sorted_in_place() -> None:
    names = Slice([b"b", b"a"], STRING)
    call(FUNCTIONS, "sortAlpha", names)
    assert names.items == [b"a", b"b"]


def test_a_list_of_strings_is_one_already() -> None:
    names = Slice([b"a"], STRING)
    function = next(each for each in FUNCTIONS if each.name == "toStrings")
    assert function.call(None, names) is names
