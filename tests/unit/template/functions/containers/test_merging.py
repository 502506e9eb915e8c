"""Maps are merged in depth as mergo does."""

from typing import Any

import pytest

from keyferry.template.functions.containers.merging import FUNCTIONS
from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.functions.times.instant import ZERO
from keyferry.template.functions.versions import version
from keyferry.template.values import Map, NamedNumber, Slice, Value
from tests.fakes.template_functions import call, shown

MAY = NamedNumber(5, "time.Month", b"May")


def _a(value: Value) -> Map:
    return Map({b"a": value})


@pytest.mark.parametrize(
    ("target", "source", "filled", "overwritten"),
    [
        pytest.param(1, 2, 1, 2, id="a-number"),
        pytest.param(0, 2, 2, 2, id="an-empty-one"),
        pytest.param(1, 0, 1, 0, id="by-an-empty-one"),
        pytest.param(None, 1, 1, 1, id="nil"),
        pytest.param(1, None, 1, None, id="by-nil"),
        pytest.param(b"", None, b"", None, id="an-empty-one-by-nil"),
        pytest.param(Slice([1]), Slice([2]), [1], [2], id="a-list"),
        pytest.param(Slice([1]), Slice(), [1], [], id="a-list-by-an-empty-one"),
        pytest.param(Slice(), Slice([1]), [1], [1], id="an-empty-list"),
        pytest.param(1, Map({b"x": 1}), 1, {b"x": 1}, id="a-number-by-a-map"),
        pytest.param(Map({b"x": 1}), 1, {b"x": 1}, 1, id="a-map-by-a-number"),
        pytest.param(Map(), Map({b"x": 1}), {b"x": 1}, {b"x": 1}, id="an-empty-map"),
        pytest.param(Map(), Map(), {}, {}, id="two-empty-maps"),
        pytest.param(Map({b"x": 1}), Map({b"x": 2, b"y": 3}), {b"x": 1, b"y": 3}, {b"x": 2, b"y": 3}, id="maps"),
        pytest.param(ZERO, MAY, ZERO, MAY, id="a-structure-by-a-number"),
    ],
)
def test_merges(target: Value, source: Value, filled: Any, overwritten: Any) -> None:
    assert call(FUNCTIONS, "merge", _a(_again(target)), _a(source)) == {b"a": filled}
    assert call(FUNCTIONS, "mustMergeOverwrite", _a(_again(target)), _a(source)) == {b"a": overwritten}


def _again(value: Value) -> Value:
    return Map(value.items) if isinstance(value, Map) else value


def test_later_maps_fill_and_win() -> None:
    maps = [Map(), Map({b"a": 1}), Map({b"a": 2, b"b": 2}), None, Map({b"c": 3})]
    assert call(FUNCTIONS, "merge", *maps) == {b"a": 1, b"b": 2, b"c": 3}
    maps[0] = Map()
    assert call(FUNCTIONS, "mergeOverwrite", *maps) == {b"a": 2, b"b": 2, b"c": 3}


def test_the_first_map_changes() -> None:
    target = Map()
    call(FUNCTIONS, "merge", target, Map({b"a": 1}))
    assert shown(target) == {b"a": 1}


def test_nil_becomes_a_map() -> None:
    assert call(FUNCTIONS, "merge", Map(is_nil=True), Map({b"a": 1})) == {b"a": 1}
    assert call(FUNCTIONS, "merge", None) == {}


@pytest.mark.parametrize("source", [pytest.param(Map(), id="a-map"), pytest.param(ZERO, id="a-structure")])
def test_a_pointer_meets_no_structure(source: Value) -> None:
    pointer = version.parse(b"1.2.3")
    assert call(FUNCTIONS, "merge", _a(pointer), _a(source)) == b""
    with pytest.raises(Fault):
        call(FUNCTIONS, "mustMerge", _a(pointer), _a(source))
    assert call(FUNCTIONS, "merge", _a(pointer), _a(version.parse(b"2"))) == {b"a": pointer}
    assert call(FUNCTIONS, "mergeOverwrite", _a(pointer), _a(source)) != b""


def test_maps_without_end_are_not_merged() -> None:
    one, other = Map(), Map()
    one.items[b"self"], other.items[b"self"] = one, other
    with pytest.raises(LimitReached):
        call(FUNCTIONS, "merge", one, other)
