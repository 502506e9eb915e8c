"""What an answer of Entra's is worth, and what is told of this client; the request itself is in test_exchange.py."""

import json
import subprocess
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.identity.client_assertion import capable, token_endpoint, token_of

SENT = 1_700_000_000


@pytest.mark.parametrize(
    ("answer", "expires_on", "refresh_on"),
    [
        pytest.param({"expires_in": 3599}, SENT + 3599, None, id="an-hour"),
        pytest.param({"expires_in": "3599"}, SENT + 3599, None, id="a-number-as-text"),
        pytest.param({"expires_in": 86400}, SENT + 86400, SENT + 43200, id="a-long-one-is-renewed-at-half"),
        pytest.param({"expires_in": 86400, "refresh_in": 3600}, SENT + 86400, SENT + 3600, id="entra-says-when"),
        pytest.param({"expires_in": 60, "ext_expires_in": 60}, SENT + 60, None, id="more-members"),
    ],
)
def test_a_token(answer: dict[str, Any], expires_on: int, refresh_on: int | None) -> None:
    found = token_of(json.dumps({"token_type": "Bearer", "access_token": "t", **answer}).encode(), SENT)
    assert (found.token, found.token_type, found.expires_on, found.refresh_on) == (
        "t",
        "Bearer",
        expires_on,
        refresh_on,
    )


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>", id="no-json"),
        pytest.param(b"\xff{", id="no-text"),
        pytest.param(b"[]", id="no-object"),
        pytest.param(b'{"access_token": "secret"}', id="lives-for-how-long"),
        pytest.param(b'{"access_token": "secret", "expires_in": -1}', id="ended-already"),
        pytest.param(b'{"access_token": "secret", "expires_in": "soon"}', id="no-number"),
        pytest.param(b'{"access_token": "secret", "expires_in": 99999999999999}', id="lives-for-ever"),
        pytest.param(b'{"access_token": 1, "expires_in": 60}', id="no-text-as-token"),
        pytest.param(b'{"access_token": "secret", "expires_in": 60, "error": "x"}', id="token-and-error"),
        pytest.param(b'{"expires_in": 60}', id="no-token"),
    ],
)
def test_no_token_is_a_value_error_that_quotes_nothing(body: bytes) -> None:
    with pytest.raises(ValueError, match="answer") as refusal:
        token_of(body, SENT)
    assert "secret" not in str(refusal.value)


@given(st.binary())
def test_any_bytes_are_a_token_or_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match="answer"):
        token_of(body, SENT)


@pytest.mark.parametrize(
    ("claims", "expected"),
    [
        pytest.param(None, {"access_token": {"xms_cc": {"values": ["CP1"]}}}, id="no-challenge"),
        pytest.param(
            '{"access_token":{"nbf":{"essential":true,"value":"1"}}}',
            {"access_token": {"nbf": {"essential": True, "value": "1"}, "xms_cc": {"values": ["CP1"]}}},
            id="a-challenge",
        ),
        pytest.param(
            '{"id_token":{}}', {"id_token": {}, "access_token": {"xms_cc": {"values": ["CP1"]}}}, id="of-another-token"
        ),
    ],
)
def test_what_the_client_is_capable_of(claims: str | None, expected: dict[str, Any]) -> None:
    assert json.loads(capable(claims)) == expected


@pytest.mark.parametrize("claims", ["[", "[]", '{"access_token": 1}', '"text"'])
def test_claims_that_are_none(claims: str) -> None:
    with pytest.raises(ValueError, match="no JSON object"):
        capable(claims)


def test_what_only_other_identities_need_is_not_loaded() -> None:
    code = "import sys; import keyferry.identity.credentials; print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert set(ended.stdout.split()) & {"azure.identity", "msal", "requests", "cryptography"} == set()


@pytest.mark.parametrize(
    ("tenant", "path"),
    [
        pytest.param(
            "99999999-9999-4999-8999-999999999999",
            "/99999999-9999-4999-8999-999999999999/oauth2/v2.0/token",
            id="entra",
        ),
        pytest.param("example.com", "/example.com/oauth2/v2.0/token", id="domain"),
        pytest.param("adfs", "/adfs/oauth2/token", id="ad-fs"),
    ],
)
def test_tokens_are_asked_for_where_the_tenant_has_them(tenant: str, path: str) -> None:
    assert token_endpoint("https://login.example/", tenant) == f"https://login.example{path}"
