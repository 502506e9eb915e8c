"""Paths into objects: what they are, what they make on their way, and what they refuse."""

import copy

import pytest

from keyferry.template import target_paths
from keyferry.template.scope_errors import ScopeError
from keyferry.template.yaml.reading import Json


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        pytest.param("spec", ("spec",), id="key"),
        pytest.param("spec.customRequestHeaders", ("spec", "customRequestHeaders"), id="keeps-case"),
        pytest.param("spec.rules[0].from[12]", ("spec", "rules", 0, "from", 12), id="indexes"),
        pytest.param("spec.m[0][1]", ("spec", "m", 0, 1), id="list-of-lists"),
        pytest.param("spec.[0]", ("spec", 0), id="index-after-dot"),
        pytest.param("spec.l[10000]", ("spec", "l", 10_000), id="greatest-index"),
        pytest.param("spec.l[+1]", ("spec", "l", 1), id="sign"),
    ],
)
def test_parses(text: str, steps: tuple[target_paths.Step, ...]) -> None:
    assert target_paths.parse(text).steps == steps


@pytest.mark.parametrize(
    ("text", "why"),
    [
        pytest.param("spec..x", "empty", id="empty-segment"),
        pytest.param("spec.", "empty", id="trailing-dot"),
        pytest.param("[0].x", "start with a key", id="starts-with-an-index"),
        pytest.param("spec.l[-1]", "from 0 to", id="negative"),
        pytest.param("spec.l[10001]", "from 0 to", id="too-great"),
        pytest.param("spec.l[x]", "from 0 to", id="no-number"),
        pytest.param("spec.l[ 1]", "from 0 to", id="space"),
        pytest.param("spec.l[1_0]", "from 0 to", id="underscore"),
        pytest.param("spec.l[]", "from 0 to", id="no-index"),
        pytest.param("spec.l[0", "] is missing", id="open"),
        pytest.param("spec.l[0]x", r"\[ is missing", id="text-after-index"),
        pytest.param("a" + ".a" * 100, "more than 100", id="long"),
    ],
)
def test_refuses_what_is_no_path(text: str, why: str) -> None:
    with pytest.raises(ScopeError, match=why) as refusal:
        target_paths.parse(text)
    assert refusal.value.kind == "invalid-path"


@pytest.mark.parametrize(
    ("path", "before", "value", "after"),
    [
        pytest.param("a.b", {}, 1, {"a": {"b": 1}}, id="makes-mappings"),
        pytest.param("a.b", {"a": None}, 1, {"a": {"b": 1}}, id="null-is-nothing"),
        pytest.param("a[2]", {"a": [0]}, 1, {"a": [0, None, 1]}, id="grows-lists"),
        pytest.param("a[1].b", {}, 1, {"a": [None, {"b": 1}]}, id="makes-lists"),
        pytest.param("a[0].b", {"a": [{"c": 2}]}, 1, {"a": [{"c": 2, "b": 1}]}, id="keeps-siblings"),
        pytest.param("a", {"a": {"b": 1}}, {"c": 2}, {"a": {"c": 2}}, id="replaces"),
    ],
)
def test_replaces(path: str, before: dict[str, Json], value: Json, after: dict[str, Json]) -> None:
    assert target_paths.replaced(copy.deepcopy(before), target_paths.parse(path), value) == after


@pytest.mark.parametrize(
    ("path", "before", "value", "after"),
    [
        pytest.param("s.a", {"s": {"a": {"b": 1}}}, {"c": 2}, {"s": {"a": {"b": 1, "c": 2}}}, id="merges-mappings"),
        pytest.param("s.a", {"s": {"a": {"b": 1}}}, {"b": 2}, {"s": {"a": {"b": 2}}}, id="new-key-wins"),
        pytest.param("s.a", {"s": {"a": 1}}, {"b": 2}, {"s": {"a": {"b": 2}}}, id="replaces-a-scalar"),
        pytest.param("s.a", {"s": {"a": {"b": 1}}}, [1], {"s": {"a": [1]}}, id="replaces-by-a-list"),
        pytest.param("s", {"s": {"a": 1}}, {"b": 2}, {"s": {"b": 2}}, id="replaces-at-the-top"),
    ],
)
def test_merges(path: str, before: dict[str, Json], value: Json, after: dict[str, Json]) -> None:
    assert target_paths.merged(copy.deepcopy(before), target_paths.parse(path), value) == after


@pytest.mark.parametrize(
    ("path", "why"),
    [
        pytest.param("a.b", "key b is no mapping", id="key-of-a-text"),
        pytest.param("a[0]", "index 0 is no list", id="index-of-a-text"),
        pytest.param("m[0]", "index 0 is no list", id="index-of-a-mapping"),
    ],
)
def test_refuses_what_does_not_fit(path: str, why: str) -> None:
    with pytest.raises(ScopeError, match=why) as refusal:
        target_paths.replaced({"a": "s3cret", "m": {}}, target_paths.parse(path), 1)
    assert refusal.value.kind == "set-path"
    assert "s3cret" not in str(refusal.value)
