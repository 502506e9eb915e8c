from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.kube.wire import patches

SCALARS = st.booleans() | st.integers(-5, 5) | st.text("ab", max_size=2)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=8,
)
OBJECTS = st.dictionaries(st.sampled_from("abc"), VALUES, max_size=3)
WITH_NULLS = st.dictionaries(st.sampled_from("abc"), VALUES | st.none(), max_size=3)


@given(WITH_NULLS, OBJECTS)
def test_the_difference_turns_old_into_new(old: dict[str, Any], new: dict[str, Any]) -> None:
    assert patches.merge_apply(old, patches.merge_diff(old, new)) == new


@given(OBJECTS)
def test_equal_documents_have_no_difference(document: dict[str, Any]) -> None:
    assert patches.merge_diff(document, document) == {}


@pytest.mark.parametrize(
    ("old", "new", "patch"),
    [
        pytest.param({"a": 1, "b": 2}, {"a": 1}, {"b": None}, id="removed"),
        pytest.param({"a": {"x": 1, "y": 2}}, {"a": {"x": 1, "y": 3}}, {"a": {"y": 3}}, id="nested"),
        pytest.param({"a": [1, 2]}, {"a": [2]}, {"a": [2]}, id="arrays-are-wholes"),
        pytest.param({"a": 1}, {"a": True}, {"a": True}, id="true-is-not-one"),
        pytest.param({"a": [{"b": 1}]}, {"a": [{"b": True}]}, {"a": [{"b": True}]}, id="nor-inside-arrays"),
        pytest.param({"a": [{"b": 1}]}, {"a": [{"b": 1}]}, {}, id="equal-arrays"),
        pytest.param({"a": [1]}, {"a": [1, 2]}, {"a": [1, 2]}, id="longer-array"),
        pytest.param({}, {"a": {}}, {"a": {}}, id="empty-object-is-something"),
        pytest.param({"a": "x"}, {"a": {"b": 1}}, {"a": {"b": 1}}, id="object-for-a-scalar"),
        pytest.param({"a": None}, {"a": None}, {}, id="null-that-was-there"),
    ],
)
def test_merge_diff(old: dict[str, Any], new: dict[str, Any], patch: dict[str, Any]) -> None:
    assert patches.merge_diff(old, new) == patch


@pytest.mark.parametrize("new", [{"a": None}, {"a": {"b": None}}])
def test_a_null_cannot_be_written(new: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="null"):
        patches.merge_diff({}, new)


@pytest.mark.parametrize(
    ("target", "patch", "result"),
    [  # RFC 7386, appendix A
        ({"a": "b"}, {"a": "c"}, {"a": "c"}),
        ({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}),
        ({"a": "b"}, {"a": None}, {}),
        ({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}),
        ({"a": ["b"]}, {"a": "c"}, {"a": "c"}),
        ({"a": "c"}, {"a": ["b"]}, {"a": ["b"]}),
        ({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}),
        ({"a": [{"b": "c"}]}, {"a": [1]}, {"a": [1]}),
        (["a", "b"], ["c", "d"], ["c", "d"]),
        ({"a": "b"}, ["c"], ["c"]),
        ({"a": "foo"}, None, None),
        ({"a": "foo"}, "bar", "bar"),
        ({"e": None}, {"a": 1}, {"e": None, "a": 1}),
        ([1, 2], {"a": "b", "c": None}, {"a": "b"}),
        ({}, {"a": {"bb": {"ccc": None}}}, {"a": {"bb": {}}}),
    ],
)
def test_merge_apply_as_the_rfc_says(target: Any, patch: Any, result: Any) -> None:
    assert patches.merge_apply(target, patch) == result


def test_json_patch() -> None:
    steps = [
        patches.test(("metadata", "resourceVersion"), "7"),
        patches.add(("metadata", "annotations", "a/b~c"), "x"),
        patches.replace(("spec", "list", 0), None),
        patches.remove(("status",)),
    ]
    assert patches.encode(steps) == (
        b'[{"op":"test","path":"/metadata/resourceVersion","value":"7"},'
        b'{"op":"add","path":"/metadata/annotations/a~1b~0c","value":"x"},'
        b'{"op":"replace","path":"/spec/list/0","value":null},'
        b'{"op":"remove","path":"/status"}]'
    )
