from dataclasses import replace
from typing import Any

import pytest

from keyferry.lab.azure.entra import form
from keyferry.lab.azure.entra.answers import RefusedError
from tests.fakes import lab_azure
from tests.fakes.lab_azure import token_request

CAE = '{"access_token":{"xms_cc":{"values":["CP1"]}}}'


def test_reads_what_the_vendor_s_client_posts() -> None:
    parsed = form.parse(token_request(claims=CAE, client_assertion="the.token\n", unknown="field"))
    assert parsed.client_id == lab_azure.READER
    assert parsed.scope == lab_azure.VAULT_SCOPE
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
        pytest.param({"client_assertion": None, "client_secret": "s"}, 7000215, "secret", id="a-secret"),
        pytest.param({"client_assertion_type": "saml"}, 7000218, "client_assertion_type", id="assertion-type"),
        pytest.param({"claims": "{"}, 9002313, "claims", id="claims-no-json"),
        pytest.param({"claims": "[]"}, 9002313, "claims", id="claims-no-object"),
        pytest.param({"claims": "[" * 100_000}, 9002313, "claims", id="claims-nested-without-end"),
    ],
)
def test_refuses(fields: dict[str, Any], code: int, named: str) -> None:
    with pytest.raises(RefusedError) as refusal:
        form.parse(token_request(**fields))
    assert refusal.value.code == code
    assert named in refusal.value.message


def test_another_content_type_is_an_empty_form() -> None:
    request = replace(token_request(), headers={"content-type": "application/json"})
    with pytest.raises(RefusedError, match=r"AADSTS900144.*grant_type"):
        form.parse(request)


def test_a_body_that_is_no_form_is_malformed() -> None:
    with pytest.raises(RefusedError, match="AADSTS9002313"):
        form.parse(replace(token_request(), body=b"\xff"))


@pytest.mark.parametrize("name", ["scope", "client_id", "client_assertion", "unknown"])
def test_a_field_given_twice_is_refused_by_name(name: str) -> None:
    request = token_request(**{name: "one"})
    with pytest.raises(RefusedError, match=rf"AADSTS9000411.*'{name}'"):
        form.parse(replace(request, body=request.body + f"&{name}=two".encode()))
