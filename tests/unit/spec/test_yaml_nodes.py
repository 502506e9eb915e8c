from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.model.errors import SpecError
from keyferry.spec import yaml_nodes
from keyferry.spec.yaml_nodes import Fields, Listing, Scalar, YamlNode


def scalar(text: str, *, plain: bool = True, line: int = 1) -> Scalar:
    return Scalar(text=text, plain=plain, line=line)


def plainly(node: YamlNode) -> object:
    """The node as Python's own types, for tests that do not look at lines."""
    match node:
        case Scalar():
            return node.text
        case Listing():
            return [plainly(item) for item in node.items]
        case Fields():
            return {name: plainly(item) for name, item in node.fields.items()}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0755", scalar("0755"), id="octal"),
        pytest.param("1e3", scalar("1e3"), id="exponent"),
        pytest.param("'5'", scalar("5", plain=False), id="single-quotes"),
        pytest.param('"5"', scalar("5", plain=False), id="double-quotes"),
        pytest.param("! 5", scalar("5", plain=False), id="non-specific-tag"),
        pytest.param("!!str 5", scalar("5", plain=False), id="text-tag"),
        pytest.param("|\n  a\n  b\n", scalar("a\nb\n", plain=False), id="block"),
        pytest.param("", scalar(""), id="nothing"),
        pytest.param("# a word\n", scalar(""), id="comment"),
        pytest.param("%YAML 1.2\n---\na\n...\n", scalar("a", line=3), id="directive"),
        pytest.param("a: 2024-01-01\n", Fields(fields={"a": scalar("2024-01-01")}, line=1), id="mapping"),
        pytest.param("\n- a\n-\n", Listing(items=(scalar("a", line=2), scalar("", line=3)), line=2), id="list"),
    ],
)
def test_keeps_what_stands_there(text: str, expected: YamlNode) -> None:
    assert yaml_nodes.parse(text) == expected


@pytest.mark.parametrize(
    ("text", "is_null"),
    [
        pytest.param("~", True, id="tilde"),
        pytest.param("null", True, id="word"),
        pytest.param("", True, id="empty"),
        pytest.param("'null'", False, id="quoted"),
        pytest.param("nUll", False, id="another-word"),
    ],
)
def test_knows_null(text: str, is_null: bool) -> None:
    node = yaml_nodes.parse(text)
    assert isinstance(node, Scalar)
    assert node.is_null is is_null


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        pytest.param("a: 1\na: 2", 'line 2 has "a" for the second time', id="key-twice"),
        pytest.param("a: &x 1", "line 1 has a & or *", id="anchor"),
        pytest.param("a: 1\nb: *x", "line 2 has a & or *", id="alias"),
        pytest.param("a: !!binary aGk=", "line 1 has a tag", id="tag"),
        pytest.param("!own {a: 1}", "line 1 has a tag", id="tag-of-a-mapping"),
        pytest.param("[a]: 1", "line 1 has a key that is no text", id="list-as-key"),
        pytest.param("a: [", "did not find expected node content in line 2", id="open-list"),
        pytest.param("a: b: c", "mapping values are not allowed in this context in line 1", id="two-colons"),
        pytest.param("a\x00", "a character that no YAML may have", id="control-character"),
        pytest.param("a: \ud800", "half of a character", id="surrogate"),
        pytest.param("a\n---\nb", "a second document begins in line 2", id="two-documents"),
        pytest.param("[" * 11 + "]" * 11, "nested deeper than 10 levels", id="deep"),
        pytest.param("[" * 200_000, "nested deeper than 10 levels", id="very-deep"),
        pytest.param("{a: " * 60_000, "nested deeper than 10 levels", id="very-deep-mappings"),
        pytest.param("-\n" * 20_000, "more than 20000 entries", id="many"),
        pytest.param("é" * (yaml_nodes.MAX_BYTES // 2) + "e", "262145 bytes", id="long"),
    ],
)
def test_refuses_what_means_more_than_it_shows(text: str, cause: str) -> None:
    with pytest.raises(SpecError) as caught:
        yaml_nodes.parse(text)
    assert cause in caught.value.cause
    assert caught.value.remedy


def test_takes_what_just_fits() -> None:
    assert isinstance(yaml_nodes.parse("[" * 10 + "]" * 10), Listing)
    assert yaml_nodes.parse("e" * yaml_nodes.MAX_BYTES) == scalar("e" * yaml_nodes.MAX_BYTES)


@given(st.text(alphabet="a-:[]{}&*!|>'\"#%@`,?\\ \n\t0~<\ud800\u2028é", max_size=60))
def test_any_text_is_a_document_or_a_spec_error(text: str) -> None:
    with suppress(SpecError):
        assert isinstance(yaml_nodes.parse(text), Scalar | Listing | Fields)


TREES = st.recursive(
    st.text(alphabet="abcz0-~", max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(alphabet="abc", max_size=3), inner, max_size=3),
    max_leaves=8,
)


def written(tree: object) -> str:
    if isinstance(tree, str):
        return f'"{tree}"'
    if isinstance(tree, list):
        return f"[{', '.join(map(written, tree))}]"
    assert isinstance(tree, dict)
    return f"{{{', '.join(f'{written(key)}: {written(inner)}' for key, inner in tree.items())}}}"


@given(TREES)
def test_reads_what_was_written(tree: object) -> None:
    assert plainly(yaml_nodes.parse(written(tree))) == tree
