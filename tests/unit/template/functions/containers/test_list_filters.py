"""Items are left out and looked for by deep equality."""

from typing import Any

import pytest

from keyferry.template.functions.containers.list_filters import FUNCTIONS
from keyferry.template.functions.function import Fault
from keyferry.template.values import Map, Slice
from tests.fakes.template_functions import call


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        pytest.param("compact", (Slice([0, b"", None, 1]),), [1], id="compact"),
        pytest.param("uniq", (Slice([1, 1.0, 1, b"1", None, None]),), [1, 1.0, b"1", None], id="uniq"),
        pytest.param("uniq", (Slice([Slice([1]), Slice([1]), Map(), Map()]),), [[1], {}], id="uniq-in-depth"),
        pytest.param("mustWithout", (Slice([1, 2, 1.0]), 1, 3), [2, 1.0], id="without"),
        pytest.param("without", (Slice([1]),), [1], id="without-nothing"),
        pytest.param("has", (Slice([1]), Slice([Slice([1])])), True, id="has"),
        pytest.param("has", (1.0, Slice([1])), False, id="has-not"),
        pytest.param("mustHas", (1, None), False, id="nil-has-nothing"),
    ],
)
def test_gives(name: str, arguments: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, *arguments) == expected


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        pytest.param("compact", (1,), id="compact"),
        pytest.param("uniq", (None,), id="uniq"),
        pytest.param("without", (b"a",), id="without"),
        pytest.param("has", (1, 2), id="has"),
    ],
)
def test_faults(name: str, arguments: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, *arguments)
