import json as standard_json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.template.gjson import paths as gjson
from tests.golden.cases import as_bytes, cases

PIECES = [
    "a",
    "b",
    "0",
    "1",
    ".",
    ".",
    "|",
    "#",
    "*",
    "?",
    "\\",
    "@",
    "@this",
    "@keys",
    "@flatten",
    "@pretty",
    "@dig:a",
    "@tostr",
    "@fromstr",
    "@group",
    "@join",
    "@reverse",
    "@values",
    "@ugly",
    "@valid",
    ":",
    ",",
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    '"',
    "!",
    "==",
    "<",
    "%",
    "~true",
    "..",
    "é",
]
JSON_PIECES = [
    "{",
    "}",
    "[",
    "]",
    '"',
    ":",
    ",",
    '"a"',
    '"b"',
    "1",
    "-2.5e3",
    "true",
    "null",
    "nan",
    " ",
    "\\",
    "\\u00e9",
    "x",
]


@pytest.mark.parametrize("case", cases("gjson.jsonl"))
def test_finds_what_upstream_finds(case: dict[str, Any]) -> None:
    found = gjson.get(as_bytes(case, "json"), case["path"])
    assert (found.exists, found.output, found.type) == (case["exists"], as_bytes(case, "output"), case["type"])


@pytest.mark.parametrize("case", cases("gjson.jsonl"))
def test_reads_properties_as_upstream_does(case: dict[str, Any]) -> None:
    expected = as_bytes(case, "eso_output") if case["eso_exists"] else None
    assert gjson.property_of(as_bytes(case, "json"), case["path"]) == expected


@pytest.mark.parametrize(
    ("json", "path", "expected"),
    [
        pytest.param(b'{"a":1}', "{a", b"", id="selector-without-an-end"),
        pytest.param(b'{"a":1}', "{a}x", b"", id="selector-with-something-behind"),
        pytest.param(b'{"a":1}', "{\"k\":a,'l':a}", b'{"k":1,"\'l\'":1}', id="names-of-selectors"),
        pytest.param(b'{"a":1}', "!true|x", b"", id="path-behind-a-literal"),
        pytest.param(b'{"a":{"b":2}}', "a|@this|b", b"2", id="pipes"),
        pytest.param(b"[]", "!", b"", id="a-mark-alone"),
        pytest.param(b'{"!x":7}', "!x", b"7", id="a-key-with-a-mark"),
        pytest.param(b'{"@x":7}', "@x", b"7", id="a-key-like-a-modifier"),
        pytest.param(b'{"a":"x"}', "@this.a", b"x", id="dot-behind-a-modifier"),
    ],
)
def test_paths(json: bytes, path: str, expected: bytes) -> None:
    assert gjson.get(json, path).output == expected


DEEP_OBJECT = b'{"a":' * 2000 + b"1" + b"}" * 2000
DEEP_ARRAY = b"[" * 2000 + b'{"a":1}' + b"]" * 2000


@pytest.mark.parametrize(
    ("json", "path"),
    [
        pytest.param(DEEP_OBJECT, ".".join(["a"] * 1000), id="steps"),
        pytest.param(DEEP_OBJECT, "|".join(["@this"] * 1000), id="modifiers"),
        pytest.param(DEEP_OBJECT, "[" * 1000 + "a" + "]" * 1000, id="selectors"),
        pytest.param(DEEP_OBJECT, "@dig:" * 1000 + "a", id="digs"),
        pytest.param(DEEP_ARRAY, ".".join(["0"] * 1000), id="indexes"),
        pytest.param(DEEP_ARRAY, "#." * 1000 + "a", id="hashes"),
        pytest.param(DEEP_ARRAY, "#(#)#|" * 1000 + "a", id="queries"),
    ],
)
def test_a_path_too_deep_is_refused(json: bytes, path: str) -> None:
    with pytest.raises(SpecError, match="too deep"):
        gjson.get(json, path)


@pytest.mark.parametrize(
    "path",
    ["a", "a.a", "#", "*.x", "0", "@this", "@valid", "@ugly", "@keys", "@reverse", "..0", '@flatten:{"deep":true}'],
)
@pytest.mark.parametrize("bracket", [b"[", b'{"a":'])
def test_deep_json_is_read(path: str, bracket: bytes) -> None:
    gjson.get(bracket * 4_000, path)


@given(st.lists(st.sampled_from(JSON_PIECES), max_size=30), st.lists(st.sampled_from(PIECES), max_size=12))
def test_any_path_on_any_text_is_followed_or_refused(json: list[str], path: list[str]) -> None:
    text = "".join(json).encode()
    try:
        found = gjson.get(text, "".join(path))
    except SpecError as error:
        assert "deep" in error.what or "too much" in error.what  # noqa: PT017  (refusing is right too, and this says for what)
    else:
        assert isinstance(found.output, bytes)


KEYS = st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1, max_size=8)


@given(KEYS, st.text(st.characters(codec="utf-8"), max_size=20))
def test_any_key_is_found_once_it_is_escaped(key: str, value: str) -> None:
    json = standard_json.dumps({"": 1, key: value}).encode()
    path = "".join(f"\\{char}" for char in key)
    assert gjson.get(json, path).output == value.encode()


@given(st.integers() | st.booleans() | st.text(max_size=10) | st.floats(allow_nan=False, allow_infinity=False))
def test_values_come_out_as_they_went_in(value: Any) -> None:
    found = gjson.property_of(standard_json.dumps({"a": {"b": value}}).encode(), "a.b")
    assert found is not None
    if isinstance(value, float):
        assert float(found) == value
    else:
        assert found.decode() == (value if isinstance(value, str) else standard_json.dumps(value))


def test_results_do_not_show_their_value() -> None:
    assert "hunter2" not in repr(gjson.get(b'{"a":"hunter2"}', "a"))


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("|".join(["@tostr"] * 90), id="each-doubles-the-backslashes"),
        pytest.param("|".join(["[@this,@this,@this,@this]"] * 40), id="each-repeats-the-whole"),
        pytest.param(f"[{','.join(['a'] * 50_000)}]", id="each-selector-reads-it-anew"),
    ],
)
def test_a_path_that_makes_too_much_of_a_value_is_refused(path: str) -> None:
    """The work is bounded: without the bound these would not end within the time that a test has."""
    with pytest.raises(SpecError, match="too much of a value"):
        gjson.property_of(standard_json.dumps(["\\" * 2_000, *range(4_000)]).encode(), path)
