import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.sync.rendering import go_json


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param(1.0, b"1", id="whole"),
        pytest.param(-0.0, b"-0", id="minus-zero"),
        pytest.param(0.000001, b"0.000001", id="smallest-plain"),
        pytest.param(1e-7, b"1e-7", id="small"),
        pytest.param(1.5e-9, b"1.5e-9", id="small-with-digits"),
        pytest.param(1e20, b"100000000000000000000", id="largest-plain"),
        pytest.param(1e21, b"1e+21", id="large"),
        pytest.param(1.25e300, b"1.25e+300", id="larger"),
        pytest.param(123456789.0, b"123456789", id="integer"),
    ],
)
def test_writes_numbers_as_go_does(number: float, expected: bytes) -> None:
    assert go_json.write(number, escape_html=True) == expected


@pytest.mark.parametrize(
    ("value", "escape", "expected"),
    [
        pytest.param({"b": 1.0, "a": [True, None, "x"]}, True, b'{"a":[true,null,"x"],"b":1}', id="sorted-and-compact"),
        pytest.param("<a>&\u2028", True, b'"\\u003ca\\u003e\\u0026\\u2028"', id="html"),
        pytest.param("<a>&\u2029é", False, '"<a>&\\u2029é"'.encode(), id="no-html"),
        pytest.param({}, True, b"{}", id="nothing"),
        pytest.param("\ud800", True, '"\ufffd"'.encode(), id="half-a-character"),
    ],
)
def test_writes_what_go_writes(value: Any, escape: bool, expected: bytes) -> None:
    assert go_json.write(value, escape_html=escape) == expected


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(b"[1]", "another type", id="a-list"),
        pytest.param(b"{'a':1}", "not JSON", id="no-json"),
        pytest.param(b'{"a":1e999}', "too large", id="huge-number"),
        pytest.param(b'{"a":' + b"[" * 300 + b"]" * 300 + b"}", "nested deeper", id="deep"),
    ],
)
def test_refuses_what_is_no_object(text: bytes, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        go_json.read_object(text)


def test_reads_null_as_nothing_and_half_characters_as_replacements() -> None:
    assert go_json.read_object(b" null ") == {}
    assert go_json.read_object(b'{"\\ud800": "x"}') == {"\ufffd": "x"}
    assert go_json.read_object(b'{"a": "\\u0001}{"}') == {"a": "\x01}{"}


@pytest.mark.parametrize(
    ("number", "expected"), [(1e21, "1000000000000000000000"), (-1.5, "-1.5"), (5.0, "5"), (1e-7, "0.0000001")]
)
def test_plain_numbers_have_no_exponent(number: float, expected: str) -> None:
    assert go_json.plain_number(number) == expected


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_numbers_round_trip(number: float) -> None:
    assert float(go_json.write(number, escape_html=True)) == number
    assert float(go_json.plain_number(number)) == number


JSON = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.text(), JSON, max_size=3))
def test_objects_round_trip(document: dict[str, Any]) -> None:
    written = go_json.write(document, escape_html=True)
    assert go_json.read_object(written) == json.loads(json.dumps(document))
