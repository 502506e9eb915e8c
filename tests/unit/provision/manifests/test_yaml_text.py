"""keyferry.provision.manifests.yaml_text"""

from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyferry.provision.manifests import yaml_text

WORDS = ("true", "False", "yes", "NO", "on", "off", "y", "null", "~")
NUMBERS = ("1", "1e3", "0o17", "0777", "0x1f", "1_000", "12:30:45", ".5", ".inf", "2026-01-01")
SIGNS = ("-", "=", "<<", "*a", "&a", "!a", "%a", "@a", "`a`", "a,b", "[a]", "{a}", "é")
BLANKS = ("", " ", "a: b", "a #b", " a", "a ")
LINES = ("a\nb\n", "\n", "a\n", " a\n", "a\n\n", "a\n b\nc\n", "a\n  \n", "a\r\n", "a\n\tb\n")
TEXTS = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from((*WORDS, *NUMBERS, *SIGNS, *LINES))
SCALARS = TEXTS | st.booleans() | st.integers(-1000, 1000) | st.none()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4), max_leaves=12
)


@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_reads_back_as_it_was(value: dict[str, Any]) -> None:
    assert yaml.safe_load(yaml_text.text(value)) == value


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param({"a": "b"}, "a: b\n", id="a-word"),
        pytest.param({"b": 1, "a": 2}, "b: 1\na: 2\n", id="the-order-given"),
        pytest.param({"a": {"b": {"c": "d"}}}, "a:\n  b:\n    c: d\n", id="nested"),
        pytest.param({"a": {}, "b": []}, "a: {}\nb: []\n", id="empty"),
        pytest.param({"a": True, "b": None}, "a: true\nb: null\n", id="values-that-are-no-texts"),
        pytest.param({"a": ["get", "list"]}, "a: [get, list]\n", id="words-on-one-line"),
        pytest.param({"a": ["x" * 60, "y" * 60]}, f"a:\n  - {'x' * 60}\n  - {'y' * 60}\n", id="a-long-list"),
        pytest.param({"a" * 120: []}, f"{'a' * 120}: []\n", id="a-long-key-of-nothing"),
        pytest.param({"a": [{"b": 1, "c": 2}]}, "a:\n  - b: 1\n    c: 2\n", id="a-list-of-mappings"),
        pytest.param({"a": "b\nc\n"}, "a: |\n  b\n  c\n", id="a-block"),
        pytest.param({"a": ["b: c\n"]}, "a:\n  - |\n    b: c\n", id="a-list-of-blocks"),
        pytest.param({"a": "b\nc"}, 'a: "b\\U0000000Ac"\n', id="no-line-end"),
        pytest.param({"a": "https://kv.vault.azure.net"}, "a: https://kv.vault.azure.net\n", id="an-address"),
        pytest.param({"a": "x:"}, 'a: "x:"\n', id="a-colon-at-the-end"),
        pytest.param({"a/b.c": "keyferry.io/x"}, "a/b.c: keyferry.io/x\n", id="an-annotation"),
    ],
)
def test_writes_as_people_do(value: dict[str, Any], expected: str) -> None:
    assert yaml_text.text(value) == expected


@pytest.mark.parametrize("text", [*WORDS, *NUMBERS, *SIGNS, *BLANKS])
def test_quotes_what_some_reader_takes_for_something_else(text: str) -> None:
    assert yaml_text.text({"a": text}) == f'a: "{text}"\n'


def test_escapes_what_a_terminal_would_not_show() -> None:
    assert yaml_text.text({"a": 'x"\\\x1b\x85'}) == 'a: "x\\"\\\\\\U0000001B\\U00000085"\n'


def test_puts_comments_on_lines_of_their_own() -> None:
    found = yaml_text.documents(("of\nshops", ""), (({"a": 1}, ()), ({"b": 2}, ("why",))))
    assert found == b"# of shops\n#\na: 1\n---\n# why\nb: 2\n"
