"""Nodes become values: aliases, merge keys and tags as in Go's library."""

import pytest

from keyferry.template.meter import LimitReached, Meter
from keyferry.template.yaml.decoding import decode
from keyferry.template.yaml.errors import YamlError
from keyferry.template.yaml.nodes import compose
from keyferry.template.yaml.raw import Pairs, Raw


def decoded(text: str) -> object:
    meter = Meter(steps=1_000_000, bytes_left=64 << 20)
    return plain(decode(compose(text.encode(), meter), meter))


def plain(raw: Raw) -> object:
    match raw:
        case list():
            return [plain(item) for item in raw]
        case Pairs():
            return [(key, plain(value)) for key, value in raw]
        case _:
            return raw


@pytest.mark.parametrize(
    ("text", "found"),
    [
        pytest.param("", None, id="nothing"),
        pytest.param("[5, '5', !!str 5, yes]", [5, "5", "5", True], id="scalars"),
        pytest.param("!!binary aGk=", "hi", id="binary"),
        pytest.param("!!binary /w==", "\ufffd", id="binary-that-is-no-text"),
        pytest.param("a: 1\na: 2", [("a", 2)], id="last-of-a-key-wins"),
        pytest.param("1: a\n'1': b\nyes: c", [(1, "a"), ("1", "b"), (True, "c")], id="typed-keys"),
        pytest.param("[&x [1], *x]", [[1], [1]], id="alias"),
        pytest.param("[&x {a: 1, b: 2}, {<<: *x, b: 3}]", [[("a", 1), ("b", 2)], [("a", 1), ("b", 3)]], id="merge"),
        pytest.param("{b: 3, <<: {b: 4}}", [("b", 4)], id="merge-replaces-what-stood-before"),
        pytest.param("{<<: [{a: 1}, {a: 2, b: 2}]}", [("a", 1), ("b", 2)], id="first-of-a-list-wins"),
        pytest.param("{'<<': {a: 1}}", [("<<", [("a", 1)])], id="quoted-is-no-merge"),
        pytest.param("{!!merge '<<': {a: 1}}", [("a", 1)], id="tagged-merge"),
    ],
)
def test_decodes(text: str, found: object) -> None:
    assert decoded(text) == found


@pytest.mark.parametrize(
    ("text", "words"),
    [
        pytest.param("&x [*x]", "anchor 'x' value contains itself", id="itself"),
        pytest.param("&x {<<: *x}", "anchor 'x' value contains itself", id="merges-itself"),
        pytest.param("{{a: 1}: b}", 'invalid map key: map[interface {}]interface {}{"a":1}', id="mapping-as-key"),
        pytest.param("{[a]: b}", 'invalid map key: []interface {}{"a"}', id="list-as-key"),
        pytest.param("{<<: 5}", "map merge requires map or sequence of maps as the value", id="merge-a-scalar"),
        pytest.param("{<<: [5]}", "map merge requires map or sequence of maps as the value", id="merge-scalars"),
        pytest.param("[&x 5, {<<: *x}]", "map merge requires map or sequence of maps as the value", id="merge-alias"),
        pytest.param("!!binary x", "!!binary value contains invalid base64 data", id="no-base64"),
        pytest.param("!!int x", "cannot decode !!str `x` as a !!int", id="no-int"),
    ],
)
def test_words_are_gos(text: str, words: str) -> None:
    with pytest.raises(YamlError) as error:
        decoded(text)
    assert error.value.words == f"error converting YAML to JSON: yaml: {words}"


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    with pytest.raises((YamlError, LimitReached), match=r"excessive aliasing|bytes"):
        decoded("\n".join(lines))


def test_aliases_do_not_nest_without_end() -> None:
    lines = ["a0: &a0 x"]
    lines += [f"a{n}: &a{n} [[[[[[[[[[*a{n - 1}]]]]]]]]]]" for n in range(1, 12)]
    with pytest.raises(LimitReached, match="depth"):
        decoded("\n".join(lines))
