"""What is empty gives way to what is not."""

from typing import Any

import pytest

from keyferry.template.functions.containers.emptiness import FUNCTIONS
from keyferry.template.functions.times.instant import ZERO
from keyferry.template.values import Map, NamedNumber, Slice
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, True, id="nil"),
        pytest.param(b"", True, id="no-text"),
        pytest.param(b" ", False, id="a-space"),
        pytest.param(0, True, id="zero"),
        pytest.param(0.0, True, id="zero-float"),
        pytest.param(False, True, id="false"),
        pytest.param(Slice(), True, id="no-items"),
        pytest.param(Slice([None]), False, id="an-item-that-is-nil"),
        pytest.param(Map(), True, id="no-entries"),
        pytest.param(ZERO, False, id="a-structure"),
        pytest.param(NamedNumber(0, "time.Weekday", b"Sunday"), True, id="sunday"),
    ],
)
def test_knows_what_is_empty(value: Any, expected: bool) -> None:
    assert call(FUNCTIONS, "empty", value) is expected


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("default", (b"d", b""), b"d", id="default-of-nothing"),
        pytest.param("default", (b"d", b"x", b"y"), b"x", id="default-of-something"),
        pytest.param("default", (b"d",), b"d", id="default-of-no-value"),
        pytest.param("coalesce", (None, 0, b"x"), b"x", id="coalesce"),
        pytest.param("coalesce", (0,), None, id="coalesce-nothing"),
        pytest.param("all", (1, b"x"), True, id="all"),
        pytest.param("all", (1, 0), False, id="not-all"),
        pytest.param("any", (0, 1), True, id="any"),
        pytest.param("any", (), False, id="not-any"),
        pytest.param("ternary", (1, 2, True), 1, id="if-true"),
        pytest.param("ternary", (1, 2, False), 2, id="if-false"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected
