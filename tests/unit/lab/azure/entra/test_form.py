import base64
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from keyferry.lab.azure.entra import form
from keyferry.lab.azure.entra.answers import RefusedError
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import token_request

CAE = '{"access_token":{"xms_cc":{"values":["CP1"]}}}'


def test_reads_what_the_vendor_s_client_posts() -> None:
    parsed = form.parse(token_request(claims=CAE, client_assertion="the.token\n", unknown="field"), "scope")
    assert parsed.client_id == lab_azure.READER
    assert parsed.target == lab_azure.VAULT_SCOPE
    assert parsed.assertion == "the.token\n"
    assert parsed.capabilities == ("CP1",)
    assert "the.token" not in repr(parsed)


@pytest.mark.parametrize(
    ("fields", "code", "named"),
    [
        pytest.param({"grant_type": None}, 900144, "grant_type", id="no-grant-type"),
        pytest.param({"client_id": None}, 900144, "client_id", id="no-client"),
        pytest.param({"scope": ""}, 900144, "scope", id="no-scope"),
        pytest.param({"client_assertion_type": None}, 900144, "client_assertion_type", id="no-assertion-type"),
        pytest.param({"grant_type": "password"}, 70003, "password", id="grant-type"),
        pytest.param({"client_assertion": None}, 7000216, "client_assertion", id="no-assertion"),
        pytest.param({"client_assertion": None, "client_secret": ""}, 7000216, "client_secret", id="empty-secret"),
        pytest.param({"client_assertion_type": "saml"}, 7000218, "client_assertion_type", id="assertion-type"),
        pytest.param({"claims": "{"}, 9002313, "claims", id="claims-no-json"),
        pytest.param({"claims": "[]"}, 9002313, "claims", id="claims-no-object"),
        pytest.param({"claims": '{"access_token":1}'}, 9002313, "claims", id="claims-of-another-shape"),
        pytest.param(
            {"claims": '{"access_token":{"xms_cc":{"values":"CP1"}}}'}, 9002313, "claims", id="values-no-list"
        ),
        pytest.param({"claims": "[" * 100_000}, 9002313, "claims", id="claims-nested-without-end"),
    ],
)
def test_refuses(fields: dict[str, Any], code: int, named: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        form.parse(token_request(**fields), "scope")
    assert refusal.value.code == code
    assert named in refusal.value.message


@pytest.mark.parametrize(
    ("claims", "capabilities"),
    [
        pytest.param(CAE, ("CP1",), id="capability"),
        pytest.param('{"access_token":{"nbf":{"essential":true,"value":"1"}}}', (), id="challenge-without"),
        pytest.param(
            '{"access_token":{"nbf":{"essential":true,"value":"1"},"xms_cc":{"values":["CP1"]}}}', ("CP1",), id="merged"
        ),
        pytest.param('{"id_token":{}}', (), id="of-another-token"),
        pytest.param('{"access_token":{"xms_cc":null}}', (), id="null"),
    ],
)
def test_claims_tell_what_the_client_can_do(claims: str, capabilities: tuple[str, ...]) -> None:
    assert form.parse(token_request(claims=claims), "scope").capabilities == capabilities


def test_the_older_endpoint_names_a_resource() -> None:
    request = token_request(scope=None, resource="https://vault.azure.net")
    assert form.parse(request, "resource").target == "https://vault.azure.net"
    with pytest.raises(RefusedError, match=r"AADSTS900144.*'resource'"):
        form.parse(token_request(), "resource")


def test_a_secret_may_stand_in_the_form_or_in_the_header() -> None:
    posted = form.parse(token_request(client_assertion=None, client_secret="a b+c"), "scope")
    assert (posted.secret, posted.assertion) == ("a b+c", "")
    assert "a b+c" not in repr(posted)
    sent = form.parse(_basic(f"{lab_azure.READER}:a+b%2Bc", client_id=None), "scope")
    assert (sent.client_id, sent.secret) == (lab_azure.READER, "a b+c")


def test_another_kind_of_authorization_is_let_be() -> None:
    request = token_request()
    headers = {**request.headers, "authorization": "Bearer x"}
    assert form.parse(replace(request, headers=headers), "scope").assertion


@pytest.mark.parametrize(
    ("credentials", "fields"),
    [
        pytest.param("no-colon", {}, id="no-colon"),
        pytest.param(b"\xff\xfe:", {}, id="not-ascii"),
        pytest.param(f"{lab_azure.READER}:s", {"client_secret": "s"}, id="secret-in-both-places"),
        pytest.param(f"{lab_azure.READER}:s", {"client_assertion": "a"}, id="assertion-beside-it"),
        pytest.param(f"{lab_azure.OFFICER}:s", {"client_id": lab_azure.READER}, id="two-clients"),
    ],
)
def test_a_basic_header_must_be_whole_and_alone(credentials: str | bytes, fields: dict[str, Any]) -> None:
    with pytest.raises(RefusedError, match="AADSTS9002313"):
        form.parse(_basic(credentials, **fields), "scope")


def test_a_basic_header_must_be_base64() -> None:
    request = token_request(client_assertion=None)
    headers = {**request.headers, "authorization": "Basic %%%"}
    with pytest.raises(RefusedError, match=r"AADSTS9002313.*base64"):
        form.parse(replace(request, headers=headers), "scope")


_NAMES = st.sampled_from(
    ["grant_type", "client_id", "scope", "client_secret", "client_assertion", "client_assertion_type", "claims"]
)
_VALUES = st.sampled_from(["client_credentials", form.ASSERTION_TYPE, CAE]) | st.text(max_size=10)


@given(
    pairs=st.lists(st.tuples(_NAMES, _VALUES), max_size=8),
    authorization=st.sampled_from(["", "Basic Og==", "Basic YTpi"]) | st.text(max_size=12),
)
def test_any_form_is_read_or_refused(pairs: list[tuple[str, str]], authorization: str) -> None:
    headers = {"content-type": form.FORM_TYPE, "authorization": authorization}
    request = Request(method="POST", path="/", headers=headers, body=urlencode(pairs).encode())
    try:
        read = form.parse(request, "scope")
    except RefusedError:
        return
    assert read.client_id
    assert read.target
    assert read.secret or read.assertion


def _basic(credentials: str | bytes, **fields: Any) -> Request:
    raw = credentials if isinstance(credentials, bytes) else credentials.encode()
    request = token_request(**{"client_assertion": None, **fields})
    return replace(request, headers={**request.headers, "authorization": f"Basic {base64.b64encode(raw).decode()}"})


def test_another_content_type_is_an_empty_form() -> None:
    request = replace(token_request(), headers={"content-type": "application/json"})
    with pytest.raises(RefusedError, match=r"AADSTS900144.*grant_type"):
        form.parse(request, "scope")


def test_a_body_that_is_no_form_is_malformed() -> None:
    with pytest.raises(RefusedError, match="AADSTS9002313"):
        form.parse(replace(token_request(), body=b"\xff"), "scope")


@pytest.mark.parametrize("name", ["scope", "client_id", "client_assertion", "unknown"])
def test_a_field_given_twice_is_refused_by_name(name: str) -> None:
    request = token_request(**{name: "one"})
    with pytest.raises(RefusedError, match=rf"AADSTS9000411.*'{name}'"):
        form.parse(replace(request, body=request.body + f"&{name}=two".encode()), "scope")
