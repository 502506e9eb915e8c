"""JSON in templates: errors are swallowed, unless a function must not."""

from typing import Any

import pytest

from keyferry.template.functions.containers.json_functions import FUNCTIONS
from keyferry.template.functions.function import Fault
from keyferry.template.values import Map, Slice
from tests.fakes.template_functions import call

NAN = float("nan")


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        pytest.param("fromJson", b'{"a":1}', {b"a": 1.0}, id="from"),
        pytest.param("mustFromJson", b'{"a":1}', {b"a": 1.0}, id="must-from"),
        pytest.param("fromJson", b"{", None, id="from-what-is-none"),
        pytest.param("toJson", Map({b"a": b"<"}), b'{"a":"\\u003c"}', id="to"),
        pytest.param("mustToJson", b"<", b'"\\u003c"', id="must-to"),
        pytest.param("toJson", NAN, b"", id="to-what-cannot-be"),
        pytest.param("toRawJson", b"<", b'"<"', id="to-raw"),
        pytest.param("mustToRawJson", b"<", b'"<"', id="must-to-raw"),
        pytest.param("toPrettyJson", Slice([1]), b"[\n  1\n]", id="to-pretty"),
        pytest.param("mustToPrettyJson", Slice([1]), b"[\n  1\n]", id="must-to-pretty"),
        pytest.param("toPrettyJson", NAN, b"", id="to-pretty-what-cannot-be"),
    ],
)
def test_gives(name: str, value: Any, expected: Any) -> None:
    assert call(FUNCTIONS, name, value) == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        pytest.param("mustFromJson", b"{", id="must-from"),
        pytest.param("mustFromJson", b"1e400", id="must-from-too-large"),
        pytest.param("mustToJson", NAN, id="must-to"),
        pytest.param("mustToPrettyJson", NAN, id="must-to-pretty"),
        pytest.param("toRawJson", NAN, id="to-raw"),
        pytest.param("mustToRawJson", NAN, id="must-to-raw"),
    ],
)
def test_faults(name: str, value: Any) -> None:
    with pytest.raises(Fault):
        call(FUNCTIONS, name, value)
