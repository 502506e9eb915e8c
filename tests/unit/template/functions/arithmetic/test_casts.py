"""Any value is a number, 0 where it is none."""

from typing import Any

import pytest

from keyferry.template.functions.arithmetic import casts
from keyferry.template.functions.arithmetic.casts import FUNCTIONS
from keyferry.template.functions.arithmetic.strconv import MAX_INT64, MIN_INT64
from keyferry.template.values import Map, NamedNumber, Sized, Slice, type_of
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(3.9, 3, id="a-float-is-cut"),
        pytest.param(-3.9, -3, id="towards-zero"),
        pytest.param(1e20, MIN_INT64, id="a-float-too-large"),
        pytest.param(float("nan"), MIN_INT64, id="no-number"),
        pytest.param(True, 1, id="true"),
        pytest.param(None, 0, id="nil"),
        pytest.param(Sized(7), 7, id="int64"),
        pytest.param(Sized((1 << 64) - 1, "uint64"), -1, id="uint64-wraps"),
        pytest.param(b"5.7", 5, id="a-text-with-a-point"),
        pytest.param(b".5", 0, id="nothing-before-the-point"),
        pytest.param(b"-.5", 0, id="a-sign-before-the-point"),
        pytest.param(b"010.9", 8, id="octal-before-the-point"),
        pytest.param(b"1e3", 0, id="no-exponents"),
        pytest.param(b"1.2.3", 0, id="two-points"),
        pytest.param(b"9223372036854775808", 0, id="a-text-too-large"),
        pytest.param(Slice([1]), 0, id="a-list"),
        pytest.param(Map(), 0, id="a-map"),
        pytest.param(NamedNumber(5, "time.Month", b"May"), 5, id="a-month"),
    ],
)
def test_whole_numbers(value: Any, expected: int) -> None:
    assert casts.to_int64(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(b"1e3", 1000.0, id="a-text"),
        pytest.param(b"x", 0.0, id="no-number"),
        pytest.param(2.5, 2.5, id="a-float"),
        pytest.param(True, 1.0, id="true"),
        pytest.param(None, 0.0, id="nil"),
    ],
)
def test_floats(value: Any, expected: float) -> None:
    assert casts.to_float64(value) == expected


@pytest.mark.parametrize(
    ("name", "value", "expected", "go_type"),
    [
        pytest.param("int", b"7", 7, "int", id="int"),
        pytest.param("int64", 7.5, 7, "int64", id="int64"),
        pytest.param("float64", 7, 7.0, "float64", id="float64"),
        pytest.param("atoi", b"99999999999999999999", MAX_INT64, "int", id="atoi-too-large"),
        pytest.param("atoi", b"x", 0, "int", id="atoi-no-number"),
        pytest.param("toDecimal", b"0777", 511, "int64", id="to-decimal"),
        pytest.param("toDecimal", 17, 15, "int64", id="to-decimal-of-a-number"),
        pytest.param("toDecimal", None, 0, "int64", id="to-decimal-of-nil"),
    ],
)
def test_functions_give_their_type(name: str, value: Any, expected: Any, go_type: str) -> None:
    found = call(FUNCTIONS, name, value)
    assert (found, type_of(found)) == (expected, go_type)


@pytest.mark.parametrize(
    ("number", "expected"),
    [pytest.param(MAX_INT64 + 1, MIN_INT64, id="over"), pytest.param(MIN_INT64 - 1, MAX_INT64, id="under")],
)
def test_wraps(number: int, expected: int) -> None:
    assert casts.wrapped(number) == expected
