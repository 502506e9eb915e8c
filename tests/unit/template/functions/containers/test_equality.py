"""Values are compared with their types, in depth."""

from typing import Any

import pytest

from keyferry.template.functions.containers.equality import FUNCTIONS, Seen
from keyferry.template.functions.function import LimitReached
from keyferry.template.functions.versions import version
from keyferry.template.values import Map, Sized, Slice
from tests.fakes.template_functions import call, world

NAN = float("nan")


@pytest.mark.parametrize(
    ("left", "right", "expected"),
    [
        pytest.param(1, 1, True, id="numbers"),
        pytest.param(1, 1.0, False, id="int-and-float"),
        pytest.param(1, Sized(1), False, id="int-and-int64"),
        pytest.param(1, True, False, id="int-and-bool"),
        pytest.param(None, None, True, id="nil"),
        pytest.param(NAN, NAN, False, id="no-numbers"),
        pytest.param(Slice([1, b"a"]), Slice([1, b"a"]), True, id="lists"),
        pytest.param(Slice([1]), Slice([2]), False, id="other-items"),
        pytest.param(Slice([1]), Slice([1], "int"), False, id="other-item-types"),
        pytest.param(Slice(), Slice(is_nil=True), False, id="a-nil-list"),
        pytest.param(Slice(), Map(), False, id="a-list-and-a-map"),
        pytest.param(Map({b"a": Slice([1])}), Map({b"a": Slice([1])}), True, id="maps"),
        pytest.param(Map({b"a": 1}), Map({b"b": 1}), False, id="other-keys"),
        pytest.param(Map({b"a": 1}), Map({b"a": 2}), False, id="other-values"),
        pytest.param(Map(), Map(is_nil=True), False, id="a-nil-map"),
        pytest.param(version.parse(b"1.2"), version.parse(b"1.2"), True, id="versions"),
    ],
)
def test_compares(left: Any, right: Any, expected: bool) -> None:
    assert call(FUNCTIONS, "deepEqual", left, right) is expected
    seen = Seen(world())
    seen.add(left)
    assert (right in seen) is expected


def test_a_list_is_itself_whatever_it_holds() -> None:
    strange, other = Slice([NAN]), Map({b"a": NAN})
    assert call(FUNCTIONS, "deepEqual", strange, strange) is True
    assert call(FUNCTIONS, "deepEqual", other, other) is True


def test_values_without_end_are_not_compared() -> None:
    one, other = Map(), Map()
    one.items[b"self"], other.items[b"self"] = one, other
    with pytest.raises(LimitReached):
        call(FUNCTIONS, "deepEqual", one, other)
