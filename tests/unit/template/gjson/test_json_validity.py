import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.gjson import json_validity

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
)
PIECES = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    '"a"',
    "1",
    "-",
    "0.5",
    "1e5",
    "true",
    "null",
    " ",
    '"\\n"',
    '"\\x"',
    "01",
    "\n",
]


@given(JSON, st.sampled_from([None, 1, "\t"]))
def test_takes_any_json(value: object, indent: int | str | None) -> None:
    assert json_validity.is_valid(json.dumps(value, indent=indent).encode())


@given(st.lists(st.sampled_from(PIECES), max_size=9).map("".join))
def test_says_what_another_reader_says(text: str) -> None:
    try:
        json.loads(text)
    except ValueError:
        expected = False
    else:
        expected = True
    assert json_validity.is_valid(text.encode()) is expected


@pytest.mark.parametrize(
    "text", [b"", b"NaN", b'"\x01"', b"[1,]", b"[}", b"{1:2}", b'{"a"}', b"1 2", b"[" * 100_000, b"[1 2]", b"]"]
)
def test_refuses_what_is_not_json(text: bytes) -> None:
    assert not json_validity.is_valid(text)


@pytest.mark.parametrize("text", [b"[" * 100_000 + b"]" * 100_000, b'"\xff"', b" \t\r\n0 "])
def test_takes_deep_json_and_bytes_that_are_not_utf_8(text: bytes) -> None:
    assert json_validity.is_valid(text)
