"""Decimals are exact until they become floats again."""

import math
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.arithmetic.decimals import FUNCTIONS
from keyferry.template.functions.function import Fault
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("addf", (0.1, 0.2), 0.3, id="addf"),
        pytest.param("addf", (), 0.0, id="addf-nothing"),
        pytest.param("addf", (b"1e-300", 1e300), 1e300, id="addf-far-apart"),
        pytest.param("add1f", (b"1.5",), 2.5, id="add1f"),
        pytest.param("subf", (1, 0.9), 0.1, id="subf"),
        pytest.param("subf", (5,), 5.0, id="subf-alone"),
        pytest.param("mulf", (1.1, 1.1), 1.21, id="mulf"),
        pytest.param("mulf", (1e308, 10), math.inf, id="mulf-too-large"),
        pytest.param("mulf", (-1e308, 10), -math.inf, id="mulf-too-small"),
        pytest.param("divf", (10, 4, 2), 1.25, id="divf"),
        pytest.param("divf", (-1, 3), -0.3333333333333333, id="divf-negative"),
        pytest.param("divf", (5e-16, 10), 1e-16, id="divf-rounds-half-away"),
        pytest.param("divf", (1e-300, 1e300), 0.0, id="divf-to-nothing"),
        pytest.param("divf", (1e300, 1e-300), math.inf, id="divf-too-large"),
    ],
)
def test_gives(name: str, arguments: Any, expected: float) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    "arguments",
    [
        pytest.param((1, 0), id="zero"),
        pytest.param((b"inf", 1), id="infinite"),
        pytest.param((1, b"nan"), id="no-number"),
    ],
)
def test_faults(arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, "divf", *arguments)


@settings(deadline=None)
@given(
    st.floats(-1e6, 1e6).map(lambda number: round(number, 3)), st.floats(-1e6, 1e6).map(lambda number: round(number, 3))
)
def test_sums_are_those_of_fractions(left: float, right: float) -> None:
    exact = Fraction(repr(left)) + Fraction(repr(right))
    assert call(FUNCTIONS, "addf", left, right) == float(exact)
