import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.managed_fields import comparison, merging

ITEMS: dict[str, Any] = {
    "x-kubernetes-list-type": "map",
    "x-kubernetes-list-map-keys": ["n"],
    "items": {"properties": {"n": {}, "v": {}, "deep": {"additionalProperties": {}}}},
}
SCHEMA: dict[str, Any] = {
    "properties": {
        "data": {"additionalProperties": {}},
        "items": ITEMS,
        "tags": {"x-kubernetes-list-type": "set", "items": {}},
        "args": {"type": "array"},
        "selector": {"x-kubernetes-map-type": "atomic", "additionalProperties": {}},
    }
}
KEYED = st.lists(
    st.fixed_dictionaries({"n": st.sampled_from("vwxyz")}, optional={"v": st.integers(0, 2)}),
    unique_by=lambda item: item["n"],
)


@pytest.mark.parametrize(
    ("live", "applied", "expected"),
    [
        pytest.param({"data": {"a": 1, "b": 1}}, {"data": {"a": 2}}, {"data": {"a": 2, "b": 1}}, id="objects"),
        pytest.param({"selector": {"a": 1}}, {"selector": {"b": 1}}, {"selector": {"b": 1}}, id="atomic-objects"),
        pytest.param({"args": [1, 2]}, {"args": [3]}, {"args": [3]}, id="atomic-lists"),
        pytest.param({"data": 1}, {"data": {"a": 1}}, {"data": {"a": 1}}, id="another-type"),
        pytest.param({}, {"free": {"x": 1}}, {"free": {"x": 1}}, id="new"),
        pytest.param({"tags": ["a", "b"]}, {"tags": ["b", "c"]}, {"tags": ["a", "b", "c"]}, id="sets"),
        pytest.param(
            {"items": [{"n": "x", "v": 1, "deep": {"a": 1}}, {"n": "own"}]},
            {"items": [{"n": "new"}, {"n": "x", "v": 2, "deep": {"b": 1}}]},
            {"items": [{"n": "new"}, {"n": "x", "v": 2, "deep": {"a": 1, "b": 1}}, {"n": "own"}]},
            id="elements-by-key",
        ),
        pytest.param(
            {"items": [{"n": "a"}, {"n": "own"}, {"n": "b"}]},
            {"items": [{"n": "a"}, {"n": "b"}, {"n": "c"}]},
            {"items": [{"n": "a"}, {"n": "own"}, {"n": "b"}, {"n": "c"}]},
            id="an-element-of-others-keeps-its-place",
        ),
        pytest.param(
            {"items": [{"n": "a"}, {"n": "b"}]},
            {"items": [{"n": "b"}, {"n": "a"}]},
            {"items": [{"n": "b"}, {"n": "a"}]},
            id="the-applied-order-wins",
        ),
    ],
)
def test_merges(live: Any, applied: Any, expected: Any) -> None:
    before = copy.deepcopy((live, applied))

    assert merging.merge(live, applied, SCHEMA) == expected
    assert (live, applied) == before


@given(KEYED, KEYED)
def test_a_merged_list_has_every_element_once_and_the_applied_order(live: list[Any], applied: list[Any]) -> None:
    names = [item["n"] for item in merging.merge(live, applied, ITEMS)]

    assert sorted(names) == sorted({item["n"] for item in live + applied})
    assert [name for name in names if name in [item["n"] for item in applied]] == [item["n"] for item in applied]


@pytest.mark.parametrize(
    ("gone", "expected"),
    [
        pytest.param([], {"data": {"a": 1, "b": 1}, "items": [{"n": "x", "v": 1}], "tags": ["p", "q"]}, id="nothing"),
        pytest.param(
            [("f:data", "f:a"), ("f:items", 'k:{"n":"x"}', "f:v"), ("f:tags", 'v:"p"')],
            {"data": {"b": 1}, "items": [{"n": "x"}], "tags": ["q"]},
            id="fields-and-elements",
        ),
        pytest.param(
            [("f:data",), ("f:data", "f:a"), ("f:items", 'k:{"n":"x"}'), ("f:zzz",)],
            {"items": [], "tags": ["p", "q"]},
            id="whole-objects",
        ),
        pytest.param([("f:data", "f:a", "f:deeper")], ..., id="what-is-not-there"),
    ],
)
def test_removes(gone: list[tuple[str, ...]], expected: Any) -> None:
    document = {"data": {"a": 1, "b": 1}, "items": [{"n": "x", "v": 1}], "tags": ["p", "q"]}
    before = copy.deepcopy(document)

    assert merging.remove(document, frozenset(gone), SCHEMA) == (before if expected is ... else expected)
    assert document == before


@given(KEYED)
def test_what_was_merged_into_nothing_can_be_removed_again(items: list[Any]) -> None:
    document = {"items": items}

    assert merging.remove(document, comparison.applied(document, SCHEMA), SCHEMA) == {"items": []}


def test_nulls_say_nothing() -> None:
    assert merging.without_nulls({"a": None, "b": [{"c": None, "d": 1}, None]}) == {"b": [{"d": 1}, None]}
