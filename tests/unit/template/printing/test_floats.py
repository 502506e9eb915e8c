"""Floats are written as Go writes them."""

import math

import pytest

from keyferry.template.printing.floats import SHORTEST, format_float


@pytest.mark.parametrize(
    ("value", "verb", "precision", "expected"),
    [
        (0.0, "g", SHORTEST, "0"),
        (-0.0, "g", SHORTEST, "-0"),
        (1.5, "g", SHORTEST, "1.5"),
        (100000.0, "g", SHORTEST, "100000"),
        (1e6, "g", SHORTEST, "1e+06"),
        (123456.789, "g", SHORTEST, "123456.789"),
        (123456789.0, "g", SHORTEST, "1.23456789e+08"),
        (1e-4, "g", SHORTEST, "0.0001"),
        (1e-5, "g", SHORTEST, "1e-05"),
        (1e100, "G", SHORTEST, "1E+100"),
        (1e21, "f", SHORTEST, "1" + "0" * 21),
        (1234.5, "e", SHORTEST, "1.2345e+03"),
        (math.inf, "g", SHORTEST, "+Inf"),
        (-math.inf, "f", 2, "-Inf"),
        (math.nan, "g", SHORTEST, "NaN"),
        (2.5, "f", 0, "2"),
        (3.14159, "f", 2, "3.14"),
        (12345.678, "e", 6, "1.234568e+04"),
        (12345.678, "g", 3, "1.23e+04"),
        (12345.678, "E", 1, "1.2E+04"),
        (1.0, "b", SHORTEST, "4503599627370496p-52"),
        (0.0, "b", SHORTEST, "0p-1074"),
        (5e-324, "b", SHORTEST, "1p-1074"),
        (1.5, "x", SHORTEST, "0x1.8p+00"),
        (1.0, "x", SHORTEST, "0x1p+00"),
        (0.0, "x", SHORTEST, "0x0p+00"),
        (0.0, "x", 2, "0x0.00p+00"),
        (1.5, "x", 3, "0x1.800p+00"),
        (1.96875, "x", 1, "0x1.0p+01"),
        (1.03125, "x", 1, "0x1.0p+00"),
        (1.09375, "x", 1, "0x1.2p+00"),
        (0.1, "X", 2, "0X1.9AP-04"),
        (1.5, "x", 20, "0x1.80000000000000000000p+00"),
    ],
)
def test_format(value: float, verb: str, precision: int, expected: str) -> None:
    assert format_float(value, verb, precision) == expected
