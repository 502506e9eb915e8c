"""Floats of 32 bits are written as by Go's strconv.FormatFloat, and JSON makes integers of whole ones."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.yaml.floats import single, whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.0, "0"),
        (-0.0, "-0"),
        (1.5, "1.5"),
        (3.14159265358979, "3.1415927"),
        (16777217.0, "1.6777216e+07"),
        (0.1, "0.1"),
        (1e39, "+Inf"),
        (-1e39, "-Inf"),
        (1e-50, "0"),
        (math.inf, "+Inf"),
        (math.nan, "NaN"),
        (123456.789, "123456.79"),
        (8388608.5, "8.388608e+06"),
        (3.4028235e38, "3.4028235e+38"),
    ],
)
def test_of_32_bits(value: float, text: str) -> None:
    assert single(value) == text


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_reads_back_as_the_same(value: float) -> None:
    assert single(float(single(value))) == single(value)


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1.0, 1),
        (-0.0, 0),
        (1.5, None),
        (1e20, 10**20),
        (1e21, None),
        (9223372036854774784.0, 9223372036854775000),
    ],
)
def test_whole(value: float, found: int | None) -> None:
    assert whole(value) == found
