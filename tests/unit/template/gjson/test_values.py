import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.gjson import values as gjson_values
from keyferry.template.gjson.values import ABSENT, Kind, Result

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param(b' {"a":1} x', Result(Kind.JSON, b'{"a":1} x'), id="object-takes-the-rest"),
        pytest.param(b"[1", Result(Kind.JSON, b"[1"), id="array"),
        pytest.param(b'"a\\n" x', Result(Kind.STRING, b'"a\\n"', b"a\n"), id="string"),
        pytest.param(b'"ab', Result(Kind.STRING, b'"ab', b"ab"), id="string-without-an-end"),
        pytest.param(b'"a\\tb', Result(Kind.STRING, b'"a\\tb', b"a\tb"), id="escape-in-a-string-without-an-end"),
        pytest.param(b"true,", Result(Kind.TRUE, b"true"), id="true"),
        pytest.param(b"false", Result(Kind.FALSE, b"false"), id="false"),
        pytest.param(b"null", Result(Kind.NULL, b"null"), id="null-exists"),
        pytest.param(b"n", Result(Kind.NULL, b"n"), id="n-alone"),
        pytest.param(b"nan", Result(Kind.NUMBER, b"nan"), id="nan"),
        pytest.param(b"-1.5e3]", Result(Kind.NUMBER, b"-1.5e3"), id="number"),
        pytest.param(b"x", ABSENT, id="nothing"),
        pytest.param(b"", ABSENT, id="empty"),
    ],
)
def test_reads_what_a_text_starts_with(text: bytes, expected: Result) -> None:
    assert gjson_values.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "members"),
    [
        pytest.param(b'{"a":1,"b" : [2]}', [(b'"a"', b"1"), (b'"b"', b"[2]")], id="object"),
        pytest.param(b'[1 , "x",{}]', [(b"", b"1"), (b"", b'"x"'), (b"", b"{}")], id="array"),
        pytest.param(b"5", [(b"", b"5")], id="plain-value"),
        pytest.param(b"", [], id="nothing"),
        pytest.param(b'{"a', [], id="key-without-an-end"),
        pytest.param(b'{"a":', [], id="key-without-a-value"),
        pytest.param(b"{}", [], id="empty"),
        pytest.param(b'["x', [], id="element-without-an-end"),
    ],
)
def test_reads_members(text: bytes, members: list[tuple[bytes, bytes]]) -> None:
    found = gjson_values.members(gjson_values.parse(text))
    assert [(key, value.raw) for key, value in found] == members


@given(JSON)
def test_reads_members_of_any_json(value: object) -> None:
    text = json.dumps(value).encode()
    found = list(gjson_values.members(gjson_values.parse(text)))
    if isinstance(value, dict):
        assert [json.loads(key) for key, _ in found] == list(value)
        assert [json.loads(member.raw) for _, member in found] == list(value.values())
    elif isinstance(value, list):
        assert [json.loads(member.raw) for _, member in found] == value
    else:
        assert len(found) == 1


@pytest.mark.parametrize(
    ("text", "end"),
    [
        pytest.param(b"[1]x", 3, id="bracket"),
        pytest.param(b'["]"]x', 5, id="bracket-in-a-string"),
        pytest.param(b"[(]}x", 4, id="kinds-are-not-told-apart"),
        pytest.param(b'"a\\""x', 5, id="string"),
        pytest.param(b'"a', 2, id="string-without-an-end"),
        pytest.param(b'["a', 3, id="open-string-in-brackets"),
        pytest.param(b"[[1]", 4, id="open-bracket"),
        pytest.param(b"ab}c", 3, id="any-character-opens"),
    ],
)
def test_finds_where_a_bracket_is_closed(text: bytes, end: int) -> None:
    assert gjson_values.squash_end(text, 0) == end


@pytest.mark.parametrize(
    ("result", "output"),
    [
        pytest.param(Result(Kind.TRUE), b"true", id="true"),
        pytest.param(Result(Kind.FALSE), b"false", id="false"),
        pytest.param(Result(Kind.NULL, b"null"), b"", id="null"),
        pytest.param(Result(Kind.NUMBER, b"1.50"), b"1.5", id="number"),
        pytest.param(Result(Kind.STRING, b'"x"', b"x"), b"x", id="string"),
        pytest.param(Result(Kind.JSON, b"{ }"), b"{ }", id="json"),
    ],
)
def test_output(result: Result, output: bytes) -> None:
    assert result.output == output
    assert result.exists
    assert "•••" in repr(result)
