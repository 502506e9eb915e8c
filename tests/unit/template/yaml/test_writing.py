"""Values are written as Go's Kubernetes libraries write YAML, and read back as they were."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.yaml import reading
from keyferry.template.yaml.reading import Json
from keyferry.template.yaml.writing import dump


def meter() -> Meter:
    return Meter(steps=1_000_000, bytes_left=1 << 20)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(None, "null\n", id="null"),
        pytest.param(True, "true\n", id="bool"),
        pytest.param(1, "1\n", id="int"),
        pytest.param(1234567.5, "1.2345675e+06\n", id="float"),
        pytest.param("a", "a\n", id="text"),
        pytest.param([], "[]\n", id="empty-list"),
        pytest.param({}, "{}\n", id="empty-mapping"),
        pytest.param([1, "a"], "- 1\n- a\n", id="list"),
        pytest.param([[1, 2], {"a": 1, "b": 2}], "- - 1\n  - 2\n- a: 1\n  b: 2\n", id="lists-in-lists"),
        pytest.param({"a": [1], "b": {"c": []}}, "a:\n- 1\nb:\n  c: []\n", id="lists-are-not-indented"),
        pytest.param({"n": "y", "1": ""}, '"1": ""\n"n": "y"\n', id="quoted-keys"),
        pytest.param("it's: x", "'it''s: x'\n", id="single-quotes"),
        pytest.param('a\t"\\\x01\x85\u20ac\ud7ff\ufffe\U0001f600',
                     '"a\\t\\"\\\\\\x01\\N€\ud7ff\\uFFFE\\U0001F600"\n', id="escapes"),
        pytest.param("a\nb", "|-\n  a\n  b\n", id="literal"),
        pytest.param("a\nb\n", "|\n  a\n  b\n", id="literal-with-line-end"),
        pytest.param("a\n\n\n", "|+\n  a\n\n\n", id="literal-with-line-ends"),
        pytest.param("\n", "|2+\n\n", id="only-a-line-end"),
        pytest.param(" a\nb", "|2-\n   a\n  b\n", id="literal-with-leading-space"),
        pytest.param("a\n\u2028b", "|-\n  a\n\u2028  b\n", id="literal-with-line-separator"),
        pytest.param("a\u2028b", "'a\u2028  b'\n", id="quoted-line-separator"),
        pytest.param({"k": ["x\ny\n"]}, "k:\n- |\n  x\n  y\n", id="literal-in-a-list"),
        pytest.param({"x" * 129: [1]}, f"? {'x' * 129}\n: - 1\n", id="long-key"),
        pytest.param({"a\nb": {"c": 1}}, "? |-\n  a\n  b\n: c: 1\n", id="key-of-lines"),
        pytest.param({"k k " * 30: 1}, f"'{'k k ' * 30}': 1\n", id="a-key-is-not-folded"),
    ],
)  # fmt: skip
def test_writes(value: Json, text: str) -> None:
    assert dump(value, meter()) == text


WORDS = "abcd " * 20


@pytest.mark.parametrize(
    ("value", "text"),
    [
        pytest.param(f"{WORDS}end", f"{'abcd ' * 16}abcd\n  abcd abcd abcd end\n", id="plain"),
        pytest.param(f"- {WORDS}", f"'- {'abcd ' * 15}abcd\n  abcd abcd abcd abcd '\n", id="single"),
        pytest.param(f"\t{WORDS}", f'"\\t{"abcd " * 15}abcd\n  abcd abcd abcd abcd "\n', id="double"),
        pytest.param(f"{'x' * 81}  y", f"{'x' * 81}  y\n", id="not-at-two-spaces"),
        pytest.param(f"\t{'x' * 81}  y", f'"\\t{"x" * 81}\n  \\ y"\n', id="double-at-two-spaces"),
        pytest.param(f"\t{'x' * 81} ", f'"\\t{"x" * 81} "\n', id="not-at-the-end"),
    ],
)  # fmt: skip
def test_folds_beyond_80_columns(value: str, text: str) -> None:
    assert dump(value, meter()) == text


@pytest.mark.parametrize(
    "value",
    [
        pytest.param("x" * (1 << 20 | 1), id="long-text"),
        pytest.param("\x01" * 200_000, id="escapes"),
        pytest.param(["\n" * 100, ["a\n" * 500] * 2_000], id="much-in-all"),
    ],
)
def test_pays_for_what_it_writes(value: Json) -> None:
    with pytest.raises(LimitReached, match="bytes"):
        dump(value, meter())


def values() -> st.SearchStrategy[Json]:
    texts = st.text(alphabet="ab01:-#' \"\n\t\\é\x85\u2028\U0001f600,[]{}&*!|>%@?y~", max_size=12)
    leaves = st.none() | st.booleans() | st.integers(-(1 << 63), (1 << 63) - 1) | texts
    return st.recursive(leaves, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3))


@given(values())
def test_reads_back_as_it_was(value: Json) -> None:
    text = dump(value, meter())
    assert reading.value(text.encode(), meter()) == value
    assert json.dumps(yaml.safe_load(text), default=str) is not None
