"""Runs of numbers, up and down, as long as they may be."""

from typing import Any

import pytest

from keyferry.template.functions.arithmetic.sequences import FUNCTIONS
from keyferry.template.functions.function import LimitReached
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("until", (3,), [0, 1, 2], id="until"),
        pytest.param("until", (-2,), [0, -1], id="until-downwards"),
        pytest.param("until", (0,), [], id="until-nothing"),
        pytest.param("untilStep", (3, 9, 2), [3, 5, 7], id="step"),
        pytest.param("untilStep", (9, 3, -2), [9, 7, 5], id="step-downwards"),
        pytest.param("untilStep", (0, 5, 0), [], id="no-step"),
        pytest.param("untilStep", (5, 0, 1), [], id="a-step-that-leads-away"),
        pytest.param("untilStep", (0, 1 << 62, 1 << 62), [0], id="a-long-step"),
        pytest.param("seq", (3,), b"1 2 3", id="seq"),
        pytest.param("seq", (-1,), b"1 0 -1", id="seq-downwards"),
        pytest.param("seq", (2, 4), b"2 3 4", id="seq-between"),
        pytest.param("seq", (2, 0), b"2 1 0", id="seq-between-downwards"),
        pytest.param("seq", (0, 2, 5), b"0 2 4", id="seq-with-a-step"),
        pytest.param("seq", (0, -2, -5), b"0 -2 -4", id="seq-with-a-step-downwards"),
        pytest.param("seq", (0, -2, 10), b"", id="seq-that-leads-away"),
        pytest.param("seq", (10, 2, 0), b"", id="seq-that-leads-away-upwards"),
        pytest.param("seq", (), b"", id="seq-of-nothing"),
        pytest.param("seq", (1, 2, 3, 4), b"", id="seq-of-too-much"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("until", (1 << 62,), id="until"),
        pytest.param("untilStep", (-(1 << 63), (1 << 63) - 1, 1), id="step"),
        pytest.param("seq", (1 << 62,), id="seq"),
    ],
)
def test_growth_is_bounded(name: str, arguments: Any) -> None:
    with pytest.raises(LimitReached):
        call(FUNCTIONS, name, *arguments)
