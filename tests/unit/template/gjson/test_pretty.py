import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.template.gjson import pretty as gjson_pretty
from keyferry.template.gjson.pretty import Layout

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=20,
)


@given(JSON, st.integers(min_value=-1, max_value=100), st.booleans())
def test_says_the_same_as_before(value: object, width: int, sort_keys: bool) -> None:
    text = json.dumps(value).encode()
    laid_out = gjson_pretty.pretty(text, Layout(width=width, sort_keys=sort_keys))
    assert json.loads(laid_out) == value
    assert laid_out.endswith(b"\n")
    assert gjson_pretty.ugly(laid_out) == gjson_pretty.ugly(text) or sort_keys


@given(JSON)
def test_ugly_is_compact(value: object) -> None:
    text = json.dumps(value, indent=1).encode()
    assert gjson_pretty.ugly(text) == json.dumps(value, separators=(",", ":")).encode()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b"", b"", id="nothing"),
        pytest.param(b"[]", b"[]\n", id="empty-array"),
        pytest.param(b"[1,[2,3]]", b"[1, [2, 3]]\n", id="fits-on-a-line"),
        pytest.param(b'[{"a":1}]', b'[\n  {\n    "a": 1\n  }\n]\n', id="objects-never-fit"),
        pytest.param(b'{"a":[],"b":{}}', b'{\n  "a": [],\n  "b": {}\n}\n', id="object"),
        pytest.param(b"nan", b"nan\n", id="nan"),
        pytest.param(b'{"a":tru}', b'{\n  "a": true\n}\n', id="words-are-mended"),
        pytest.param(b'{"a":', b'{\n  "a": \n}\n', id="no-value"),
        pytest.param(b"[1", b"[\n  1\n]\n", id="array-without-an-end"),
        pytest.param(b'["a', b'[\n  "a\n]\n', id="string-without-an-end"),
        pytest.param(b"[x 1]", b"[1]\n", id="garbage-is-left-out"),
    ],
)
def test_lays_out(text: bytes, expected: bytes) -> None:
    assert gjson_pretty.pretty(text, Layout()) == expected


def test_lines_are_as_long_as_they_may_be() -> None:
    just_fits = b"[" + b",".join([b"1"] * 26) + b"]"
    assert gjson_pretty.pretty(just_fits, Layout()).count(b"\n") == 1
    assert gjson_pretty.pretty(just_fits, Layout(width=77)).count(b"\n") == 28


@pytest.mark.parametrize("text", [b'[{"a":' * 200, b'{"a":' * 200])
def test_nesting_too_deep_is_refused(text: bytes) -> None:
    with pytest.raises(SpecError, match="too deep"):
        gjson_pretty.pretty(text, Layout())


def test_ugly_keeps_broken_strings() -> None:
    assert gjson_pretty.ugly(b' "a b') == b'"a b'
