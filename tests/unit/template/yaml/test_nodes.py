"""The first document of a text becomes nodes, within bounds."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.yaml.errors import YamlError
from keyferry.template.yaml.nodes import Alias, Mapping, Node, Scalar, Sequence, compose


def composed(text: bytes) -> Node | None:
    return compose(text, Meter(steps=10_000, bytes_left=1 << 20))


def shape(node: Node | None) -> object:
    match node:
        case Scalar():
            return (node.text, node.tag, node.plain)
        case Sequence():
            return [shape(item) for item in node.items]
        case Mapping():
            return {"items": [shape(item) for item in node.items]}
        case Alias():
            return ("*", node.name)
        case None:
            return None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param(b"", None, id="nothing"),
        pytest.param(b"# only a comment", None, id="comment"),
        pytest.param(b"a", ("a", "", True), id="plain"),
        pytest.param(b"'a'", ("a", "", False), id="quoted"),
        pytest.param(b"! a", ("a", "", True), id="bare-tag-says-nothing"),
        pytest.param(b"!!int 5", ("5", "tag:yaml.org,2002:int", False), id="tagged"),
        pytest.param(b"- a\n- [b]", [("a", "", True), [("b", "", True)]], id="sequences"),
        pytest.param(b"a: &x b", {"items": [("a", "", True), ("b", "", True)]}, id="mapping"),
        pytest.param(b"- &x a\n- *x", [("a", "", True), ("*", "x")], id="alias"),
        pytest.param(b"a\n---\n[", ("a", "", True), id="first-document-alone"),
        pytest.param("é".encode("utf-16"), ("é", "", True), id="utf-16"),
    ],
)
def test_composes(text: bytes, found: object) -> None:
    assert shape(composed(text)) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param(b"a: b: c", "yaml: mapping values are not allowed in this context", id="first-line"),
        pytest.param(b"\na: b: c", "yaml: line 2: mapping values are not allowed in this context", id="scanner"),
        pytest.param(b"a:\n  - b\n c: d", "yaml: line 2: did not find expected key", id="parser"),
        pytest.param(b'\n\na: "b', "yaml: line 3: found unexpected end of stream", id="end"),
        pytest.param(b"a: *b", "yaml: unknown anchor 'b' referenced", id="anchor"),
        pytest.param(b"a: \x01", "yaml: control characters are not allowed", id="control"),
        pytest.param(b"a: \xff", "yaml: invalid leading UTF-8 octet", id="utf-8"),
        pytest.param(b"!x!y z", "yaml: found undefined tag handle", id="context-alone"),
    ],
)
def test_words_are_gos(text: bytes, words: str) -> None:
    with pytest.raises(YamlError) as error:
        composed(text)
    assert error.value.words == f"error converting YAML to JSON: {words}"


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        pytest.param(b"[" * 101, "depth", id="flow"),
        pytest.param(b"- " * 101, "depth", id="block"),
        pytest.param(b"- a\n" * 9000, "bytes", id="many-nodes"),
        pytest.param(b"a" * (2 << 20), "bytes", id="long"),
    ],
)
def test_is_bounded(text: bytes, limit: str) -> None:
    with pytest.raises(LimitReached, match=limit):
        composed(text)


@given(st.binary(max_size=200) | st.text(alphabet="ab:-[]{},?&*!|>'\"%@` \n\t#\\x0~<", max_size=60).map(str.encode))
def test_garbage_is_an_error_or_a_node(text: bytes) -> None:
    with suppress(YamlError, LimitReached):
        composed(text)
