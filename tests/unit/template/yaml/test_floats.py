"""Floats are written as by Go's strconv.FormatFloat with format g and the fewest digits."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.yaml.floats import shortest


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.0, "1"),
        (1.5, "1.5"),
        (-2.25, "-2.25"),
        (100000.0, "100000"),
        (1e6, "1e+06"),
        (1234567.5, "1.2345675e+06"),
        (1e21, "1e+21"),
        (1e-4, "0.0001"),
        (1e-5, "1e-05"),
        (0.1, "0.1"),
        (1e300, "1e+300"),
        (math.inf, "+Inf"),
        (-math.inf, "-Inf"),
        (math.nan, "NaN"),
    ],
)
def test_of_64_bits(value: float, text: str) -> None:
    assert shortest(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.5, "1.5"),
        (3.14159265358979, "3.1415927"),
        (16777217.0, "1.6777216e+07"),
        (0.1, "0.1"),
        (1e39, "+Inf"),
        (-1e39, "-Inf"),
        (1e-50, "0"),
        (math.inf, "+Inf"),
        (123456.789, "123456.79"),
        (8388608.5, "8.388608e+06"),
    ],
)
def test_of_32_bits(value: float, text: str) -> None:
    assert shortest(value, bits=32) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_reads_back_as_the_same_float(value: float) -> None:
    assert float(shortest(value)) == value


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_reads_back_as_the_same_single(value: float) -> None:
    assert shortest(float(shortest(value, bits=32)), bits=32) == shortest(value, bits=32)
