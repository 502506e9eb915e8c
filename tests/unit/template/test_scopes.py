"""Rendered texts become entries of a Secret or parts of an object, by templateFrom's rules."""

import base64

import pytest

from keyferry.model.errors import SpecError
from keyferry.template import scopes
from keyferry.template.scope_errors import ScopeError
from keyferry.template.scopes import Part, Scope
from keyferry.template.yaml.reading import Json

VALUES, PAIRS = Scope.VALUES, Scope.KEYS_AND_VALUES


def as_it_is(value: bytes) -> bytes:
    return value


def from_base64(value: bytes) -> bytes:
    try:
        return base64.b64decode(value, validate=True)
    except ValueError:
        raise SpecError(what="the value is not Base64", remedy="encode it") from None


@pytest.mark.parametrize(
    ("target", "part"),
    [
        pytest.param("", Part.DATA, id="none-is-data"),
        pytest.param("Data", Part.DATA, id="data"),
        pytest.param("ANNOTATIONS", Part.ANNOTATIONS, id="any-case"),
        pytest.param("labels", Part.LABELS, id="labels"),
        pytest.param("spec", None, id="path"),
    ],
)
def test_names_parts_in_any_case(target: str, part: Part | None) -> None:
    assert scopes.part_of(target) is part


@pytest.mark.parametrize(
    ("texts", "scope", "found"),
    [
        pytest.param({"k": b"a: 1"}, VALUES, {"k": b"a: 1"}, id="values-are-not-read"),
        pytest.param({"k": b"a: 1"}, PAIRS, {"a": b"1"}, id="keys-and-values"),
        pytest.param({"k": b"a: yes"}, PAIRS, {"a": b"true"}, id="booleans-are-texts"),
        pytest.param({"k": b"a:"}, PAIRS, {"a": b""}, id="null-is-empty"),
        pytest.param({"k": b""}, PAIRS, {}, id="nothing"),
        pytest.param({"b": b"a: 2", "a": b"a: 1"}, PAIRS, {"a": b"2"}, id="greater-name-wins"),
    ],
)
def test_makes_entries(texts: dict[str, bytes], scope: Scope, found: dict[str, bytes]) -> None:
    assert scopes.entries(texts, scope, as_it_is) == found


def test_decodes_values_after_reading_yaml() -> None:
    assert scopes.entries({"t": b'a: "aGk="'}, PAIRS, from_base64) == {"a": b"hi"}
    assert scopes.entries({"t": b"aGk="}, VALUES, from_base64) == {"t": b"hi"}


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        pytest.param(b"a: s3cret: c", "yaml", id="no-yaml"),
        pytest.param(b"\n\na: @s3cret", "yaml", id="no-yaml-further-down"),
        pytest.param(b"a: {s3cret: y}", "yaml", id="nested"),
        pytest.param(b"[s3cret]", "yaml", id="list"),
        pytest.param(b"a: s3cret!", "decode", id="not-decodable"),
        pytest.param(b"[" * 200, "limit/depth", id="deep"),
        pytest.param(b"a: 1\n" * 150_000, "limit/steps", id="many"),
        pytest.param(b"a" * (33 << 20), "limit/bytes", id="large"),
    ],
)
def test_refuses_without_telling_the_text(text: bytes, kind: str) -> None:
    with pytest.raises(ScopeError) as refusal:
        scopes.entries({"t": text}, PAIRS, from_base64)
    assert refusal.value.kind == kind
    assert "s3cret" not in str(refusal.value)


def test_names_the_key_where_the_template_names_it() -> None:
    with pytest.raises(ScopeError, match=r"key tls\.crt: the value is not Base64"):
        scopes.entries({"tls.crt": b"!"}, VALUES, from_base64)
    with pytest.raises(ScopeError) as refusal:
        scopes.entries({"t": b"s3cret: '!'"}, PAIRS, from_base64)
    assert "s3cret" not in str(refusal.value)


def test_tells_the_line() -> None:
    with pytest.raises(ScopeError, match="line 3"):
        scopes.entries({"t": b"\n\na: @x"}, PAIRS, as_it_is)


BARE: dict[str, Json] = {"labels": {}, "annotations": {}}


@pytest.mark.parametrize(
    ("texts", "scope", "target", "after"),
    [
        pytest.param({"k": b"5"}, VALUES, "", {"metadata": BARE, "data": {"k": "5"}}, id="data-holds-texts"),
        pytest.param({"k": b"5"}, VALUES, "Spec", {"metadata": BARE, "spec": {"k": "5"}}, id="spec-holds-texts"),
        pytest.param({"k": b"\xff"}, VALUES, "Labels", {"metadata": {**BARE, "labels": {"k": "\ufffd"}}}, id="labels"),
        pytest.param(
            {"t": b"a: 1"}, PAIRS, "annotations", {"metadata": {**BARE, "annotations": {"a": "1"}}}, id="annotations"
        ),
        pytest.param({"k": b"5"}, VALUES, "a.b", {"metadata": BARE, "a": {"b": 5}}, id="path-holds-yaml"),
        pytest.param({"k": b"a: b: c"}, VALUES, "a", {"metadata": BARE, "a": "a: b: c"}, id="or-the-text"),
        pytest.param({"t": b"a: 1"}, PAIRS, "spec", {"spec": {"a": 1}}, id="pairs-at-spec"),
        pytest.param({"t": b"[1.5, x]"}, PAIRS, "a[0]", {"a": [[1.5, "x"]]}, id="pairs-at-a-path"),
        pytest.param({}, VALUES, "a", {}, id="nothing"),
    ],
)
def test_changes_objects(texts: dict[str, bytes], scope: Scope, target: str, after: dict[str, Json]) -> None:
    before: dict[str, Json] = {}
    assert scopes.changed(before, texts, scope, target, as_it_is) == after
    assert before == {}


def test_leaves_the_original_alone() -> None:
    before: dict[str, Json] = {"spec": {"a": [1]}}
    after = scopes.changed(before, {"t": b"2"}, PAIRS, "spec.a[1]", as_it_is)
    assert (before, after) == ({"spec": {"a": [1]}}, {"spec": {"a": [1, 2]}})


@pytest.mark.parametrize(
    ("before", "text", "target", "kind"),
    [
        pytest.param({"data": "s3cret"}, b"x", "data", "set-path", id="data-is-no-mapping"),
        pytest.param({}, b"a: b: c", "spec", "yaml", id="no-yaml"),
        pytest.param({}, b"x", "spec..y", "invalid-path", id="no-path"),
    ],
)
def test_refuses_what_does_not_fit(before: dict[str, Json], text: bytes, target: str, kind: str) -> None:
    scope = PAIRS if kind == "yaml" else VALUES
    with pytest.raises(ScopeError) as refusal:
        scopes.changed(before, {"t": text}, scope, target, as_it_is)
    assert refusal.value.kind == kind


def test_does_not_take_a_bomb_for_a_text() -> None:
    with pytest.raises(ScopeError) as refusal:
        scopes.changed({}, {"t": b"[" * 200}, VALUES, "spec.a", as_it_is)
    assert refusal.value.kind == "limit/depth"
