import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.patches import merge_patch
from keyferry.lab.kubernetes.patches.errors import PatchError

SCALAR = st.booleans() | st.integers() | st.text(max_size=3)
NO_NULLS = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abcd"), inner, max_size=4),
    max_leaves=8,
)
DOCUMENTS = st.dictionaries(st.sampled_from("abcd"), NO_NULLS, max_size=4)


@pytest.mark.parametrize(
    ("document", "patch", "expected"),
    [
        pytest.param({"a": "b"}, {"a": "c"}, {"a": "c"}, id="replaces"),
        pytest.param({"a": "b"}, {"b": "c"}, {"a": "b", "b": "c"}, id="adds"),
        pytest.param({"a": "b", "b": "c"}, {"a": None}, {"b": "c"}, id="deletes"),
        pytest.param({"a": ["b"]}, {"a": [None, 1]}, {"a": [None, 1]}, id="lists-whole"),
        pytest.param({"a": {"b": "c"}}, {"a": {"b": "d", "c": None}}, {"a": {"b": "d"}}, id="objects-deep"),
        pytest.param({"a": [1]}, {"a": {"b": {"c": None}}}, {"a": {"b": {}}}, id="list-to-object-without-nulls"),
        pytest.param({"e": None}, {"a": 1}, {"e": None, "a": 1}, id="keeps-a-null-of-the-document"),
    ],
)
def test_merges(document: dict[str, Any], patch: Any, expected: dict[str, Any]) -> None:
    before = copy.deepcopy((document, patch))

    assert merge_patch.apply(document, patch) == expected
    assert (document, patch) == before


@given(DOCUMENTS, DOCUMENTS)
def test_applying_twice_is_applying_once(document: dict[str, Any], patch: dict[str, Any]) -> None:
    once = merge_patch.apply(document, patch)

    assert merge_patch.apply(once, patch) == once


@given(DOCUMENTS)
def test_a_document_without_nulls_is_its_own_patch(document: dict[str, Any]) -> None:
    assert merge_patch.apply({}, document) == document


def test_refuses_what_is_no_object() -> None:
    with pytest.raises(PatchError, match="object"):
        merge_patch.apply({}, [])
