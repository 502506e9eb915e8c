import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.patches import merge_patch, strategic
from keyferry.lab.kubernetes.patches.errors import PatchError

ITEM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "args": {"type": "array", "items": {"type": "string"}},
        "env": {
            "type": "array",
            "x-kubernetes-patch-strategy": "merge",
            "x-kubernetes-patch-merge-key": "name",
            "items": {"type": "object", "properties": {"name": {}, "value": {}}},
        },
    },
}
SCHEMA: dict[str, Any] = {
    "properties": {
        "items": {
            "type": "array",
            "x-kubernetes-patch-strategy": "merge",
            "x-kubernetes-patch-merge-key": "name",
            "items": ITEM,
        },
        "finalizers": {"type": "array", "x-kubernetes-patch-strategy": "merge", "items": {"type": "string"}},
        "plain": {"type": "array", "items": {"type": "string"}},
        "strategy": {"type": "object", "x-kubernetes-patch-strategy": "retainKeys", "properties": {}},
        "whole": {"type": "object", "x-kubernetes-patch-strategy": "replace"},
        "labels": {"type": "object", "additionalProperties": {"type": "string"}},
        "groups": {"type": "object", "additionalProperties": ITEM},
    }
}
LIVE: dict[str, Any] = {
    "items": [{"name": "a", "args": ["1"], "env": [{"name": "X", "value": "1"}]}, {"name": "b"}],
    "finalizers": ["f1", "f2"],
    "plain": ["p"],
    "strategy": {"type": "RollingUpdate", "rollingUpdate": {"maxSurge": 1}},
    "whole": {"x": 1},
    "labels": {"l": "1"},
}

MERGES: list[Any] = [
    pytest.param({"labels": {"m": "2"}}, {"labels": {"l": "1", "m": "2"}}, id="objects-are-merged"),
    pytest.param({"labels": {"l": None}}, {"labels": {}}, id="null-deletes"),
    pytest.param({"labels": None, "absent": None}, {"labels": ...}, id="null-deletes-a-whole-field"),
    pytest.param({"plain": ["q"]}, {"plain": ["q"]}, id="a-list-without-strategy-is-replaced"),
    pytest.param({"whole": {"y": 2}}, {"whole": {"y": 2}}, id="an-object-of-strategy-replace-is-replaced"),
    pytest.param({"labels": "text"}, {"labels": "text"}, id="another-type-replaces"),
    pytest.param({"new": {"a": None, "b": 1}}, {"new": {"b": 1}}, id="a-new-object-has-no-nulls"),
    pytest.param(
        {"items": [{"name": "a", "args": ["2"]}]},
        {"items": [{"name": "a", "args": ["2"], "env": [{"name": "X", "value": "1"}]}, {"name": "b"}]},
        id="an-element-is-merged-by-its-key",
    ),
    pytest.param(
        {"items": [{"name": "a", "env": [{"name": "Y", "value": "2"}, {"name": "X", "value": None}]}]},
        {"items": [{"name": "a", "args": ["1"], "env": [{"name": "X"}, {"name": "Y", "value": "2"}]}, {"name": "b"}]},
        id="lists-in-elements-too",
    ),
    pytest.param(
        {"items": [{"name": "c"}]}, {"items": [*LIVE["items"], {"name": "c"}]}, id="a-new-element-is-appended"
    ),
    pytest.param({"items": [{"name": "a", "$patch": "delete"}]}, {"items": [{"name": "b"}]}, id="delete-an-element"),
    pytest.param({"items": [{"name": "z", "$patch": "delete"}]}, {}, id="delete-an-element-that-is-not-there"),
    pytest.param({"items": [{"$patch": "replace"}, {"name": "z"}]}, {"items": [{"name": "z"}]}, id="replace-a-list"),
    pytest.param(
        {"items": [{"name": "a", "$patch": "replace", "args": ["9"]}]},
        {"items": [{"name": "a", "args": ["9"]}, {"name": "b"}]},
        id="replace-an-element",
    ),
    pytest.param({"labels": {"$patch": "replace", "n": "3"}}, {"labels": {"n": "3"}}, id="replace-an-object"),
    pytest.param({"labels": {"$patch": "delete"}}, {"labels": ...}, id="delete-an-object"),
    pytest.param({"labels": {"$patch": "merge", "n": "3"}}, {"labels": {"l": "1", "n": "3"}}, id="merge-an-object"),
    pytest.param({"finalizers": ["f2", "f3", "f3"]}, {"finalizers": ["f1", "f2", "f3"]}, id="scalars-are-united"),
    pytest.param({"$deleteFromPrimitiveList/finalizers": ["f1"]}, {"finalizers": ["f2"]}, id="scalars-are-deleted"),
    pytest.param({"$deleteFromPrimitiveList/absent": ["f1"]}, {}, id="scalars-of-no-list"),
    pytest.param(
        {"$setElementOrder/finalizers": ["f2", "f3", "f1"], "finalizers": ["f3"]},
        {"finalizers": ["f2", "f3", "f1"]},
        id="scalars-are-ordered",
    ),
    pytest.param(
        {"$setElementOrder/items": [{"name": "b"}, {"name": "a"}]},
        {"items": [LIVE["items"][1], LIVE["items"][0]]},
        id="elements-are-ordered-without-a-change",
    ),
    pytest.param({"$setElementOrder/absent": [{"name": "b"}]}, {}, id="an-order-of-no-list"),
    pytest.param(
        {"$setElementOrder/fresh": ["b", "a"], "fresh": ["a", "b"]}, {"fresh": ["b", "a"]}, id="an-order-of-a-new-list"
    ),
    pytest.param(
        {"strategy": {"$retainKeys": ["type"], "type": "Recreate"}},
        {"strategy": {"type": "Recreate"}},
        id="retain-keys",
    ),
    pytest.param(
        {"groups": {"g": {"name": "g", "env": [{"name": "X"}]}}},
        {"groups": {"g": {"name": "g", "env": [{"name": "X"}]}}},
        id="values-of-a-map",
    ),
]


@pytest.mark.parametrize(("patch", "changes"), MERGES)
def test_merges(patch: dict[str, Any], changes: dict[str, Any]) -> None:
    live, given_patch = copy.deepcopy(LIVE), copy.deepcopy(patch)
    expected = {key: value for key, value in {**LIVE, **changes}.items() if value is not ...}

    assert strategic.apply(live, given_patch, SCHEMA) == expected
    assert (live, given_patch) == (LIVE, patch)


@pytest.mark.parametrize(
    ("patch", "message"),
    [
        pytest.param([], "object", id="no-object"),
        pytest.param({"items": [{"args": []}]}, "merge key", id="no-merge-key"),
        pytest.param({"items": ["text"]}, "merge key", id="scalar-in-a-list-of-objects"),
        pytest.param({"labels": {"$patch": "improve"}}, "unknown", id="unknown-directive"),
        pytest.param({"strategy": {"$retainKeys": ["type"], "other": 1}}, "other", id="retain-keys-without-its-own"),
        pytest.param({"strategy": {"$retainKeys": "type"}}, "list", id="retain-keys-no-list"),
    ],
)
def test_refuses(patch: Any, message: str) -> None:
    with pytest.raises(PatchError, match=message):
        strategic.apply(LIVE, patch, SCHEMA)


@given(
    st.dictionaries(
        st.sampled_from("abc"), st.none() | st.integers() | st.dictionaries(st.sampled_from("xy"), st.integers())
    )
)
def test_is_a_merge_patch_where_there_is_no_schema(patch: dict[str, Any]) -> None:
    document = {"a": 1, "b": {"x": 2}}

    assert strategic.apply(document, patch, None) == merge_patch.apply(document, patch)
