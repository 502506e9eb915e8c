"""JSON is written as Go writes it, byte for byte."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions.containers import json_writing
from keyferry.template.functions.function import Fault, LimitReached
from keyferry.template.functions.times.instant import ZERO
from keyferry.template.functions.versions import version
from keyferry.template.values import UINT8, Map, NamedNumber, Sized, Slice, Value
from tests.fakes.template_functions import world


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param(None, b"null", id="nil"),
        pytest.param(True, b"true", id="true"),
        pytest.param(False, b"false", id="false"),
        pytest.param(Sized(-5), b"-5", id="a-number"),
        pytest.param(1.0, b"1", id="a-whole-float"),
        pytest.param(-0.0, b"-0", id="negative-zero"),
        pytest.param(1e-6, b"0.000001", id="the-least-plain-float"),
        pytest.param(1e-7, b"1e-7", id="a-small-float"),
        pytest.param(1.5e-10, b"1.5e-10", id="a-smaller-float"),
        pytest.param(1e20, b"100000000000000000000", id="the-largest-plain-float"),
        pytest.param(1e21, b"1e+21", id="a-large-float"),
        pytest.param(b'a"\\\n\x00\x7f', b'"a\\"\\\\\\n\\u0000\x7f"', id="escapes"),
        pytest.param("<é>&\u2028".encode(), '"\\u003cé\\u003e\\u0026\\u2028"'.encode(), id="html"),
        pytest.param(b"\xff", b'"\\ufffd"', id="a-broken-byte"),
        pytest.param("\ufffd".encode(), '"\ufffd"'.encode(), id="a-replacement-that-was-there"),
        pytest.param(Slice([1, Slice(), None]), b"[1,[],null]", id="a-list"),
        pytest.param(Slice(is_nil=True), b"null", id="a-nil-list"),
        pytest.param(Slice([97, 98], UINT8), b'"YWI="', id="bytes"),
        pytest.param(Slice((), UINT8, is_nil=True), b"null", id="nil-bytes"),
        pytest.param(Map({b"b": 1, b"a": Map()}), b'{"a":{},"b":1}', id="a-map"),
        pytest.param(Map(is_nil=True), b"null", id="a-nil-map"),
        pytest.param(version.parse(b"v1.2"), b'"1.2.0"', id="a-version"),
        pytest.param(ZERO, b'"0001-01-01T00:00:00Z"', id="a-time"),
        pytest.param(NamedNumber(5, "time.Month", b"May"), b"5", id="a-month"),
    ],
)
def test_writes(value: Any, expected: bytes) -> None:
    assert json_writing.write(world(), value) == expected


def test_leaves_html_as_it_is() -> None:
    assert json_writing.write(world(), "<\u2028".encode(), escapes_html=False) == b'"<\\u2028"'


def test_writes_in_lines() -> None:
    value = Map({b"a": Slice([1, Map()]), b"b": Slice()})
    assert json_writing.write(world(), value, indent=b" ") == b'{\n "a": [\n  1,\n  {}\n ],\n "b": []\n}'


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(float("nan"), id="no-number"),
        pytest.param(float("inf"), id="infinite"),
        pytest.param(complex(1, 2), id="complex"),
    ],
)
def test_json_has_no_such_value(value: Any) -> None:
    with pytest.raises(Fault):
        json_writing.write(world(), value)


def test_values_without_end_are_not_written() -> None:
    endless = Map()
    endless.items[b"self"] = endless
    with pytest.raises(LimitReached):
        json_writing.write(world(), endless)


_values = st.recursive(
    st.none() | st.booleans() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


def _go(value: Any) -> Value:
    if isinstance(value, str):
        return value.encode("utf-8", "replace")
    if isinstance(value, list):
        return Slice(map(_go, value))
    if isinstance(value, dict):
        return Map({key.encode("utf-8", "replace"): _go(each) for key, each in value.items()})
    plain: Value = value
    return plain


@settings(deadline=None)
@given(_values)
def test_others_read_what_is_written(value: Any) -> None:
    json.loads(json_writing.write(world(), _go(value)))
