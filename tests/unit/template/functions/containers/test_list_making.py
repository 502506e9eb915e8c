"""Lists are made anew."""

from typing import Any

import pytest

from keyferry.template.functions.containers.list_making import FUNCTIONS
from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.values import STRING, Slice
from tests.fakes.template_functions import call, world


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("list", (1, b"a"), [1, b"a"], id="list"),
        pytest.param("tuple", (), [], id="tuple"),
        pytest.param("append", (Slice([b"a"], STRING), 1), [b"a", 1], id="append"),
        pytest.param("mustPush", (Slice(), Slice()), [[]], id="push-a-list"),
        pytest.param("prepend", (Slice([1]), 0), [0, 1], id="prepend"),
        pytest.param("reverse", (Slice([1, 2]),), [2, 1], id="reverse"),
        pytest.param("concat", (Slice([1]), Slice(), Slice([b"a"])), [1, b"a"], id="concat"),
        pytest.param("concat", (), [], id="concat-nothing"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("append", (None, 1), id="append-to-nil"),
        pytest.param("prepend", (5, 1), id="prepend-to-a-number"),
        pytest.param("reverse", (b"ab",), id="reverse-a-text"),
        pytest.param("concat", (Slice(), 1), id="concat-a-number"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)


def test_growth_is_bounded() -> None:
    surroundings = world()
    append = next(each for each in FUNCTIONS if each.name == "append")

    def grow(count: int) -> None:
        grown: Any = Slice()
        for number in range(count):
            grown = append.call(surroundings, grown, number)

    grow(1000)
    with pytest.raises(LimitReached):
        grow(2000)
