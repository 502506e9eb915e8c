import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.keyvault import attributes, bodies
from keyferry.lab.azure.keyvault.answers import RefusedError
from keyferry.lab.azure.keyvault.secrets import bodies as secret_bodies
from keyferry.lab.azure.keyvault.secrets.bodies import Change
from keyferry.lab.world.http import Request

UNSAID = attributes.Change()


def _parse(raw: bytes, *, with_value: bool) -> Change:
    request = Request(method="PUT", path="/secrets/a", headers={"content-type": "application/json"}, body=raw)
    return secret_bodies.parse(bodies.read(request), with_value=with_value)


@pytest.mark.parametrize(
    ("body", "change"),
    [
        pytest.param({"value": "x"}, Change(value="x", attributes=UNSAID), id="value-alone"),
        pytest.param({"value": "x" * 25_600}, Change(value="x" * 25_600, attributes=UNSAID), id="as-long-as-it-may-be"),
        pytest.param(
            {
                "value": "x",
                "contentType": "t",
                "tags": {"a": "b"},
                "attributes": {"enabled": False, "nbf": 1, "exp": 2},
            },
            Change(
                value="x",
                content_type="t",
                tags=(("a", "b"),),
                attributes=attributes.Change(enabled=False, not_before=1, expires=2),
            ),
            id="everything",
        ),
        pytest.param(
            {"value": "x", "tags": None, "attributes": None}, Change(value="x", attributes=UNSAID), id="null-is-unsaid"
        ),
        pytest.param({"value": "x", "tags": {}}, Change(value="x", tags=(), attributes=UNSAID), id="no-tags-are-said"),
    ],
)
def test_reads(body: object, change: Change) -> None:
    assert _parse(json.dumps(body).encode(), with_value=True) == change


@pytest.mark.parametrize(
    ("body", "named"),
    [
        pytest.param(b"{", "body", id="not-json"),
        pytest.param(b"[]", "body", id="no-object"),
        pytest.param(b"[" * 100_000, "body", id="nested-without-end"),
        pytest.param(b'{"value": "\\ud800"}', "body", id="half-a-character-in-the-value"),
        pytest.param(b'{"value": "x", "tags": {"\\udfff": ""}}', "body", id="half-a-character-in-a-tag"),
        pytest.param(b'{"value": "x", "contentType": "\\ud800"}', "body", id="half-a-character-in-the-content-type"),
        pytest.param({}, "value", id="no-value"),
        pytest.param({"value": 5}, "value", id="value-no-text"),
        pytest.param({"value": "x" * 25_601}, "value", id="too-long"),
        pytest.param({"value": "ä" * 12_801}, "value", id="too-long-in-bytes"),
        pytest.param({"value": "x", "contentType": "t" * 256}, "contentType", id="content-type-too-long"),
        pytest.param({"value": "x", "contentType": 5}, "contentType", id="content-type-no-text"),
        pytest.param({"value": "x", "tags": {str(n): "" for n in range(16)}}, "tags", id="16-tags"),
        pytest.param({"value": "x", "tags": {"a": "b" * 513}}, "tags", id="tag-too-long"),
        pytest.param({"value": "x", "tags": {"a": 1}}, "tags", id="tag-no-text"),
        pytest.param({"value": "x", "tags": ["a"]}, "tags", id="tags-no-object"),
        pytest.param({"value": "x", "attributes": "on"}, "attributes", id="attributes-no-object"),
        pytest.param({"value": "x", "attributes": []}, "attributes", id="attributes-an-empty-list"),
        pytest.param({"value": "x", "attributes": {"exp": 10**40}}, "exp", id="exp-beyond-any-calendar"),
        pytest.param({"value": "x", "attributes": {"enabled": "yes"}}, "enabled", id="enabled-no-flag"),
        pytest.param({"value": "x", "attributes": {"exp": "soon"}}, "exp", id="exp-no-number"),
        pytest.param({"value": "x", "attributes": {"exp": True}}, "exp", id="exp-a-flag"),
        pytest.param({"value": "x", "attributes": {"exp": -1}}, "exp", id="exp-before-1970"),
        pytest.param({"value": "x", "attributes": {"nbf": 2, "exp": 1}}, "nbf", id="nbf-after-exp"),
    ],
)
def test_names_what_is_wrong_and_shows_no_value(body: object, named: str) -> None:
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    with pytest.raises(RefusedError, match=named) as refusal:
        _parse(raw, with_value=True)
    assert (refusal.value.status, refusal.value.code) == (400, "BadParameter")
    assert "xx" not in refusal.value.message


def test_an_update_takes_no_value() -> None:
    assert _parse(b'{"value": 5, "contentType": "t"}', with_value=False) == Change(content_type="t", attributes=UNSAID)


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.integers() | st.text(max_size=5),
        lambda inner: st.dictionaries(
            st.sampled_from(["value", "tags", "attributes", "exp", "nbf"]), inner, max_size=4
        ),
    ).map(lambda document: json.dumps(document).encode())
)
def test_any_body_is_read_or_refused(raw: bytes) -> None:
    try:
        _parse(raw, with_value=True)
    except RefusedError as refusal:
        assert refusal.status == 400  # noqa: PT017  (either outcome is right)
