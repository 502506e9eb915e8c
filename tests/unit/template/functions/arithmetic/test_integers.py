"""Whole numbers are int64, and wrap."""

from typing import Any

import pytest

from keyferry.template.functions.arithmetic.integers import FUNCTIONS
from keyferry.template.functions.arithmetic.strconv import MAX_INT64, MIN_INT64
from keyferry.template.functions.function import Fault
from keyferry.template.values import INT64, type_of
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("add", (b"1.9", 1, True), 3, id="add"),
        pytest.param("add", (), 0, id="add-nothing"),
        pytest.param("add", (MAX_INT64, 1), MIN_INT64, id="add-wraps"),
        pytest.param("add1", (b"5",), 6, id="add1"),
        pytest.param("sub", (0, 3), -3, id="sub"),
        pytest.param("mul", (2, b"3", 4), 24, id="mul"),
        pytest.param("mul", (MAX_INT64, 2), -2, id="mul-wraps"),
        pytest.param("div", (-7, 2), -3, id="div-towards-zero"),
        pytest.param("div", (MIN_INT64, -1), MIN_INT64, id="div-wraps"),
        pytest.param("mod", (-7, 3), -1, id="mod-has-the-dividend's-sign"),
        pytest.param("mod", (7, -3), 1, id="mod-by-a-negative"),
        pytest.param("max", (1, b"5", 3.9), 5, id="max"),
        pytest.param("biggest", (1,), 1, id="biggest"),
        pytest.param("min", (4, b"x"), 0, id="min"),
    ],
)
def test_gives(name: str, arguments: Any, expected: int) -> None:
    found = call(FUNCTIONS, name, *arguments)
    assert (found, type_of(found)) == (expected, INT64)


@pytest.mark.parametrize("name", [pytest.param("div", id="div"), pytest.param("mod", id="mod")])
def test_nothing_is_divided_by_zero(name: str) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, 1, b"x")
