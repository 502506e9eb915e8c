"""JSON is read as Go reads it, in bounds."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.template.functions import costs
from keyferry.template.functions.containers import json_reading, json_writing
from keyferry.template.functions.function import LimitReached
from tests.fakes.template_functions import shown, world


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b' {"a" : [1, true, null, "x"]} ', {b"a": [1.0, True, None, b"x"]}, id="a-map"),
        pytest.param(b'{"a":1,"a":2}', {b"a": 2.0}, id="the-last-of-a-key-wins"),
        pytest.param(b"-0", -0.0, id="negative-zero"),
        pytest.param(b'"\\ud83d\\ude00\\ud800"', "😀\ufffd".encode(), id="halves-of-surrogate-pairs"),
        pytest.param(b'{"\xff":"\xe2\x9c"}', {"\ufffd".encode(): "\ufffd\ufffd".encode()}, id="broken-bytes"),
        pytest.param(b"[]", [], id="an-empty-list"),
    ],
)
def test_reads(text: bytes, expected: Any) -> None:
    found = json_reading.read(world(), text)
    assert (shown(found.value), found.whole) == (expected, True)
    assert all(isinstance(each, float) for each in [found.value] if isinstance(each, int))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(b"{bad", id="no-json"),
        pytest.param(b"1 2", id="more-than-one"),
        pytest.param(b"[1,]", id="a-comma-too-many"),
        pytest.param(b"NaN", id="not-a-number"),
        pytest.param(b"-Infinity", id="infinity"),
        pytest.param(b'"a\nb"', id="a-line-end-in-a-string"),
        pytest.param(b"\xef\xbb\xbf{}", id="a-byte-order-mark"),
        pytest.param(b"01", id="a-zero-first"),
    ],
)
def test_what_is_none_is_nil(text: bytes) -> None:
    assert json_reading.read(world(), text) == json_reading.Read(None, whole=False)


def test_a_number_too_large_is_nil_alone() -> None:
    found = json_reading.read(world(), b"[1e400,2]")
    assert (shown(found.value), found.whole) == ([None, 2.0], False)


def test_nesting_ends() -> None:
    deepest = b"[" * costs.MAX_DEPTH + b"]" * costs.MAX_DEPTH
    assert json_reading.read(world(), deepest).whole
    with pytest.raises(LimitReached, match="depth"):
        json_reading.read(world(), b"[" * 100_000)
    with pytest.raises(LimitReached, match="depth"):
        json_reading.read(world(), b'{"a":' * 100_000)


def test_brackets_in_strings_do_not_nest() -> None:
    text = b'["' + b'[\\"{' * 1000 + b'",' + b"[]," * 1000 + b"1]"
    assert json_reading.read(world(), text).whole


def test_growth_is_bounded() -> None:
    with pytest.raises(LimitReached):
        json_reading.read(world(bytes_left=10_000), b"[" + b"1," * 10_000 + b"1]")


@settings(deadline=None)
@given(st.binary(max_size=40) | st.text(alphabet='[]{}",:0123.eE-ntf\\u ', max_size=40).map(str.encode))
def test_reads_again_what_it_reads(text: bytes) -> None:
    found = json_reading.read(world(), text)
    if found.whole:
        again = json_reading.read(world(), json_writing.write(world(), found.value))
        assert shown(again.value) == shown(found.value)
