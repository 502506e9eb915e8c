"""Floats are rounded and compared as Go does."""

import math
from typing import Any

import pytest

from keyferry.template.functions.arithmetic.rounding import FUNCTIONS
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("floor", (-1.2,), -2.0, id="floor"),
        pytest.param("ceil", (b"1.2",), 2.0, id="ceil"),
        pytest.param("ceil", (1e20,), 1e20, id="ceil-of-a-large-one"),
        pytest.param("floor", (b"inf",), math.inf, id="floor-of-what-is-infinite"),
        pytest.param("round", (1.2345, 2), 1.23, id="round"),
        pytest.param("round", (2.5, 0), 3.0, id="round-half-up"),
        pytest.param("round", (-1.5, 0), -2.0, id="round-negative"),
        pytest.param("round", (123.4567, -1), 120.0, id="round-before-the-point"),
        pytest.param("round", (1.25, 1, 0.6), 1.2, id="round-up-from-another-fraction"),
        pytest.param("round", (b"inf", 2), math.inf, id="round-what-is-infinite"),
        pytest.param("maxf", (1, 2.5, b"2"), 2.5, id="maxf"),
        pytest.param("maxf", (b"inf", b"nan"), math.inf, id="maxf-of-what-is-infinite"),
        pytest.param("minf", (2.5, b"1.5", 3), 1.5, id="minf"),
        pytest.param("minf", (b"-inf", b"nan"), -math.inf, id="minf-of-what-is-infinite"),
    ],
)
def test_gives(name: str, arguments: Any, expected: float) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("round", (2.5, 400), id="too-many-places"),
        pytest.param("round", (1, -400), id="too-few-places"),
        pytest.param("round", (b"nan", 0), id="no-number"),
        pytest.param("maxf", (1, b"nan"), id="maxf"),
        pytest.param("minf", (b"nan", 1), id="minf"),
    ],
)
def test_gives_no_number(name: str, arguments: Any) -> None:
    assert math.isnan(call(FUNCTIONS, name, *arguments))


@pytest.mark.parametrize(
    ("name", "arguments", "sign"),
    [
        pytest.param("ceil", (-0.5,), -1, id="ceil"),
        pytest.param("maxf", (-0.0, 0.0), 1, id="maxf"),
        pytest.param("minf", (0.0, -0.0), -1, id="minf"),
    ],
)
def test_zero_has_a_sign(name: str, arguments: Any, sign: int) -> None:
    found = call(FUNCTIONS, name, *arguments)
    assert (found, math.copysign(1, found)) == (0, sign)
