from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.kubernetes.managed_fields import comparison
from keyferry.lab.kubernetes.managed_fields.paths import printed

SCHEMA: dict[str, Any] = {
    "properties": {
        "data": {"type": "object", "additionalProperties": {}},
        "items": {
            "x-kubernetes-list-type": "map",
            "x-kubernetes-list-map-keys": ["n"],
            "items": {"properties": {"n": {}, "v": {}}},
        },
        "tags": {"x-kubernetes-list-type": "set", "items": {}},
        "args": {"type": "array"},
        "spec": {"properties": {"sub": {"properties": {"x": {}}}}},
    }
}
ITEM: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {"n": st.sampled_from("xyz")}, optional={"v": st.integers(0, 2)}
)
ITEMS: st.SearchStrategy[list[dict[str, Any]]] = st.lists(ITEM, unique_by=lambda item: item["n"])
VALUES = st.fixed_dictionaries(
    {},
    optional={
        "data": st.dictionaries(st.sampled_from("ab"), st.integers(0, 2)),
        "items": ITEMS,
        "tags": st.lists(st.sampled_from("pq"), unique=True),
        "args": st.lists(st.integers(0, 1), max_size=2),
    },
)


@pytest.mark.parametrize(
    ("old", "new", "added", "modified", "removed"),
    [
        pytest.param({"data": {"a": 1}}, {"data": {"a": 1}}, "", "", "", id="nothing"),
        pytest.param({}, {"data": {"a": 1}}, ".data .data.a", "", "", id="a-new-object-and-what-is-in-it"),
        pytest.param({"data": {"a": 1}}, {"data": {"a": 2, "b": 1}}, ".data.b", ".data.a", "", id="one-key-each"),
        pytest.param({"data": {"a": 1}}, {}, "", "", ".data .data.a", id="an-object-gone"),
        pytest.param(
            {"items": [{"n": "x", "v": 1}]},
            {"items": [{"n": "y"}, {"n": "x", "v": 2}]},
            '.items[n="y"] .items[n="y"].n',
            '.items[n="x"].v',
            "",
            id="elements-by-key",
        ),
        pytest.param({"tags": ["p"]}, {"tags": ["q"]}, '.tags[="q"]', "", '.tags[="p"]', id="elements-of-a-set"),
        pytest.param({"args": [1]}, {"args": [2]}, "", ".args", "", id="an-atomic-list"),
        pytest.param({"data": {"a": {"b": 1}}}, {"data": {"a": 1}}, ".data.a", "", ".data.a.b", id="another-type"),
        pytest.param({"data": None}, {"data": {}}, ".data", "", "", id="null-to-object"),
        pytest.param(
            {"kind": "A", "metadata": {"name": "a", "uid": "1", "generation": 1}},
            {"kind": "B", "metadata": {"labels": {"l": "1"}, "resourceVersion": "1"}},
            ".metadata.labels .metadata.labels.l",
            "",
            "",
            id="bookkeeping-has-no-owner",
        ),
    ],
)
def test_tells_what_changed(old: dict[str, Any], new: dict[str, Any], added: str, modified: str, removed: str) -> None:
    changes = comparison.compare(old, new, SCHEMA)

    found = [" ".join(sorted(map(printed, paths))) for paths in (changes.added, changes.modified, changes.removed)]
    assert found == [added, modified, removed]
    assert changes.nothing == (found == ["", "", ""])


@given(VALUES, VALUES)
def test_the_way_back_is_the_reverse(old: dict[str, Any], new: dict[str, Any]) -> None:
    there, back = comparison.compare(old, new, SCHEMA), comparison.compare(new, old, SCHEMA)

    assert (there.added, there.modified, there.removed) == (back.removed, back.modified, back.added)


@given(VALUES)
def test_an_object_does_not_differ_from_itself(value: dict[str, Any]) -> None:
    assert comparison.compare(value, dict(value), SCHEMA).nothing


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"data": {"a": 1}}, ".data.a", id="a-declared-object-is-not-owned-itself"),
        pytest.param({"data": {}}, ".data", id="unless-it-is-empty"),
        pytest.param({"items": [{"n": "x"}]}, '.items[n="x"] .items[n="x"].n', id="elements-are-owned-too"),
        pytest.param({"tags": ["p"], "args": []}, '.args .tags[="p"]', id="sets-and-atomic-lists"),
        pytest.param({"spec": {"sub": {"x": 1}}}, ".spec.sub.x", id="declared-all-the-way"),
        pytest.param({"free": {"a": 1}}, ".free .free.a", id="an-unknown-object-is-owned-itself"),
    ],
)
def test_tells_what_a_configuration_speaks_of(value: dict[str, Any], expected: str) -> None:
    assert " ".join(sorted(map(printed, comparison.applied(value, SCHEMA)))) == expected
