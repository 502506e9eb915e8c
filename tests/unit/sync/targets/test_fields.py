from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.sync.targets import fields
from keyferry.sync.targets.state import Fields
from keyferry.template.yaml.reading import Json

LEAVES = st.none() | st.booleans() | st.integers(0, 9) | st.text(max_size=3)
TREES: st.SearchStrategy[Any] = st.recursive(
    LEAVES, lambda below: st.lists(below, max_size=3) | st.dictionaries(st.text(max_size=2), below, max_size=3)
)
MAPS = st.dictionaries(st.text(max_size=2), TREES, max_size=3)


@pytest.mark.parametrize(
    ("owned", "kept"),
    [
        pytest.param({}, {"spec": {"a": 1, "b": {"c": 2}}, "list": [1]}, id="nothing-is-ours"),
        pytest.param({"f:spec": {"f:a": {}}}, {"spec": {"b": {"c": 2}}, "list": [1]}, id="a-leaf"),
        pytest.param({"f:spec": {"f:b": {".": {}, "f:c": {}}}}, {"spec": {"a": 1}, "list": [1]}, id="a-map-we-made"),
        pytest.param({"f:spec": {"f:b": {"f:c": {}}}}, {"spec": {"a": 1, "b": {}}, "list": [1]}, id="a-map-of-others"),
        pytest.param({"f:spec": {}}, {"spec": {"a": 1, "b": {"c": 2}}, "list": [1]}, id="a-map-as-a-whole"),
        pytest.param({"f:list": {'k:{"name":"x"}': {}}}, {"spec": {"a": 1, "b": {"c": 2}}, "list": [1]}, id="items"),
        pytest.param({"f:list": {}}, {"spec": {"a": 1, "b": {"c": 2}}}, id="a-list-that-is-ours"),
    ],
)
def test_leaves_what_others_wrote(owned: dict[str, Any], kept: Fields) -> None:
    assert fields.without({"spec": {"a": 1, "b": {"c": 2}}, "list": [1]}, owned) == kept


@pytest.mark.parametrize(
    ("there", "wanted", "is_covered"),
    [
        pytest.param({"a": {"b": 1, "default": 2}}, {"a": {"b": 1}}, True, id="a-server-filled-in"),
        pytest.param({"a": [{"b": 1, "default": 2}]}, {"a": [{"b": 1}]}, True, id="in-a-list"),
        pytest.param({"a": [1, 2]}, {"a": [1]}, False, id="a-longer-list"),
        pytest.param({}, {"a": {}}, True, id="empty-may-be-missing"),
        pytest.param({"a": {"b": 1}}, {"a": {}}, True, id="empty-takes-anything"),
        pytest.param({"a": "x"}, {"a": {"b": 1}}, False, id="another-type"),
        pytest.param({"a": 1}, {"a": 2}, False, id="another-value"),
        pytest.param({"a": 1}, {"a": [1]}, False, id="no-list"),
    ],
)
def test_what_is_wanted_is_there(there: Json, wanted: Json, is_covered: bool) -> None:
    assert fields.covers(there, wanted) is is_covered


@given(MAPS, MAPS)
def test_what_is_there_covers_itself_and_less(there: Fields, more: Fields) -> None:
    assert fields.covers(there, there)
    assert fields.covers({**more, **there}, there)


@pytest.mark.parametrize(
    ("wanted", "is_equal"),
    [
        pytest.param({"data": {"a": "b"}, "binaryData": {}}, True, id="empty-may-be-missing"),
        pytest.param({"data": {"a": "b", "c": ""}}, False, id="a-key-more"),
        pytest.param({}, False, id="nothing"),
    ],
)
def test_exact_kinds_hold_exactly_that(wanted: Fields, is_equal: bool) -> None:
    assert fields.equal({"data": {"a": "b"}}, wanted) is is_equal


@pytest.mark.parametrize(
    ("there", "names"),
    [
        pytest.param({"data": {"a": "1"}}, {"a"}, id="data"),
        pytest.param({"spec": {"data": {"a": "1"}, "x": 1}}, {"a"}, id="spec-data"),
        pytest.param({"spec": {"x": 1}}, set(), id="no-data"),
        pytest.param({"data": "text"}, set(), id="a-text"),
    ],
)
def test_names_what_an_external_secret_makes(there: Fields, names: set[str]) -> None:
    assert fields.names(there) == names
