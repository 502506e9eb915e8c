from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.patches import documents

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=3), inner, max_size=4),
    max_leaves=12,
)


@given(JSON)
def test_a_copy_is_equal_and_shares_no_container(value: Any) -> None:
    copied = documents.copy(value)

    assert documents.equal(copied, value)
    assert not _containers(copied) & _containers(value)


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(1, 1.0, True, id="numbers-by-value"),
        pytest.param(1, True, False, id="true-is-no-number"),
        pytest.param([0], [False], False, id="nor-is-false-in-a-list"),
        pytest.param({"a": 1}, {"a": 1, "b": 2}, False, id="further-key"),
        pytest.param({"a": [1, {"b": None}]}, {"a": [1, {"b": None}]}, True, id="deep"),
        pytest.param([1], {"0": 1}, False, id="list-and-object"),
        pytest.param({}, [], False, id="object-and-list"),
        pytest.param("a", "a", True, id="text"),
    ],
)
def test_equality_is_that_of_json(left: Any, right: Any, expected: bool) -> None:
    assert documents.equal(left, right) is expected


def _containers(value: Any) -> set[int]:
    if isinstance(value, dict):
        return {id(value)}.union(*map(_containers, value.values()))
    if isinstance(value, list):
        return {id(value)}.union(*map(_containers, value))
    return set()
