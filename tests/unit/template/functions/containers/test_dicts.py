"""Maps are made, read and changed; nil is an empty one that cannot be changed."""

from typing import Any

import pytest

from keyferry.template.functions.containers.dicts import FUNCTIONS
from keyferry.template.functions.function import Fault
from keyferry.template.values import STRING, Map, Slice
from tests.fakes.template_functions import call, shown

NIL = Map(is_nil=True)


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("dict", (b"a", 1, 2, None), {b"a": 1, b"2": None}, id="dict"),
        pytest.param("dict", (b"a", 1, b"b"), {b"a": 1, b"b": b""}, id="dict-of-an-odd-number"),
        pytest.param("get", (Map({b"a": 1}), b"a"), 1, id="get"),
        pytest.param("get", (None, b"a"), b"", id="get-nothing"),
        pytest.param("set", (Map(), b"a", 1), {b"a": 1}, id="set"),
        pytest.param("unset", (Map({b"a": 1}), b"a"), {}, id="unset"),
        pytest.param("unset", (None, b"a"), None, id="unset-in-nil"),
        pytest.param("hasKey", (Map({b"a": None}), b"a"), True, id="has-key"),
        pytest.param("hasKey", (NIL, b"a"), False, id="has-no-key"),
        pytest.param("pluck", (b"n", Map({b"n": 1}), Map(), None, Map({b"n": 2})), [1, 2], id="pluck"),
        pytest.param("keys", (Map({b"b": 1, b"a": 2}), None, Map({b"a": 1})), [b"a", b"b", b"a"], id="keys"),
        pytest.param("values", (Map({b"b": 1, b"a": 2}),), [2, 1], id="values"),
        pytest.param("pick", (Map({b"a": 1, b"b": 2}), b"a", b"z"), {b"a": 1}, id="pick"),
        pytest.param("omit", (Map({b"a": 1, b"b": 2}), b"a", b"z"), {b"b": 2}, id="omit"),
        pytest.param("dig", (b"a", b"b", 0, Map({b"a": Map({b"b": 1})})), 1, id="dig"),
        pytest.param("dig", (b"a", b"b", 0, Map({b"a": Map()})), 0, id="dig-the-default"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("set", (NIL, b"a", 1), id="set-in-nil"),
        pytest.param("set", (None, b"a", 1), id="set-in-none"),
        pytest.param("dig", (b"a", Map()), id="dig-without-a-default"),
        pytest.param("dig", (1, 0, Map()), id="dig-by-a-number"),
        pytest.param("dig", (b"a", 0, Slice()), id="dig-in-a-list"),
        pytest.param("dig", (b"a", 0, Map({b"a": b"x"}, STRING)), id="dig-in-a-map-of-strings"),
        pytest.param("dig", (b"a", b"b", 0, Map({b"a": 1})), id="dig-through-a-number"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)


def test_changes_show_in_the_map_that_was_given() -> None:
    mapping = Map()
    call(FUNCTIONS, "set", mapping, b"a", 1)
    assert shown(mapping) == {b"a": 1}
