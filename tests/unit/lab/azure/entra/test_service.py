from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, TENANT, content, drive, token_request

LOGIN = "login.microsoftonline.com"
AUTHORIZE = f"https://{LOGIN}/{TENANT}/oauth2/v2.0/authorize"
NOBODY = "nowhere.example"
WORLD = lab_azure.azure()
PATHS = [TENANT, "common", "oauth2", "v2.0", "token", "discovery", "keys", "instance", ".well-known"]


def _get(path: str, host: str = LOGIN, method: str = "GET", **query: str) -> Any:
    request = Request(method=method, host=host, path=path, query=tuple(query.items()))
    return drive(lab_azure.azure().handle(request, NOW))


def test_its_behaviour_can_be_set_while_it_runs() -> None:
    world = lab_azure.azure()
    world.entra.lifetimes.fixed_seconds = 77
    assert content(drive(world.handle(token_request(), NOW)))["expires_in"] == 77
    world.entra.issuers.kept = timedelta(0)
    assert content(drive(world.handle(token_request(), NOW), {}))["error_codes"] == [90061]


@given(
    method=st.sampled_from(["GET", "POST", "PUT", "HEAD"]),
    path=st.lists(st.sampled_from(PATHS) | st.text(max_size=8), max_size=5).map("/".join),
    body=st.binary(max_size=60) | st.sampled_from([b"grant_type=client_credentials", b"claims=%5B"]),
    headers=st.dictionaries(st.sampled_from(["content-type", "authorization", "client-request-id"]), st.text()),
    query=st.lists(st.tuples(st.sampled_from(["authorization_endpoint", "x"]), st.text()), max_size=2),
)
@settings(max_examples=150)
def test_any_request_is_answered(
    method: str, path: str, body: bytes, headers: dict[str, str], query: list[tuple[str, str]]
) -> None:
    request = Request(method=method, host=LOGIN, path=f"/{path}", body=body, headers=headers, query=tuple(query))
    answer = drive(WORLD.handle(request, NOW))
    assert answer.status in (200, 400, 401, 404)
    assert isinstance(content(answer), dict)


def test_a_domain_names_a_tenant_too() -> None:
    assert drive(lab_azure.azure().handle(token_request("lab.example"), NOW)).status == 200


@pytest.mark.parametrize("tenant", ["common", "organizations", "Consumers"])
def test_a_client_must_name_its_tenant(tenant: str) -> None:
    answer = drive(lab_azure.azure().handle(token_request(tenant), NOW))
    assert (answer.status, content(answer)["error_codes"]) == (400, [50059])


@pytest.mark.parametrize(
    ("path", "status"),
    [
        pytest.param(f"/{TENANT}/v2.0/.well-known/openid-configuration", 200, id="configuration"),
        pytest.param(f"/{TENANT}/.well-known/openid-configuration", 200, id="older-configuration"),
        pytest.param("/common/v2.0/.well-known/openid-configuration", 200, id="configuration-for-all"),
        pytest.param("/organizations/.well-known/openid-configuration", 200, id="older-configuration-for-all"),
        pytest.param(f"/{TENANT}/discovery/v2.0/keys", 200, id="keys"),
        pytest.param(f"/{TENANT}/discovery/keys", 200, id="older-keys"),
        pytest.param("/common/discovery/keys", 200, id="keys-for-all"),
        pytest.param(f"/{NOBODY}/v2.0/.well-known/openid-configuration", 400, id="configuration-of-nobody"),
        pytest.param(f"/{NOBODY}/discovery/v2.0/keys", 400, id="keys-of-nobody"),
        pytest.param(f"/{TENANT}/oauth2/v2.0/token", 400, id="a-get-of-the-token-endpoint"),
        pytest.param(f"/{TENANT}/oauth2/v2.0/authorize", 404, id="no-people-sign-in-here"),
        pytest.param("/", 404, id="root"),
    ],
)
def test_public_documents(path: str, status: int) -> None:
    assert _get(path).status == status


@pytest.mark.parametrize(
    ("endpoint", "status", "error"),
    [
        pytest.param(AUTHORIZE, 200, None, id="known"),
        pytest.param("https://login.example/t/oauth2/authorize", 400, "invalid_instance", id="unknown"),
        pytest.param("", 400, "invalid_request", id="missing"),
    ],
)
def test_instance_discovery(endpoint: str, status: int, error: str | None) -> None:
    answer = _get("/common/discovery/instance", authorization_endpoint=endpoint)
    assert (answer.status, content(answer).get("error")) == (status, error)


def test_readers_of_documents_learn_that_there_is_no_such_tenant() -> None:
    body = content(_get(f"/{NOBODY}/v2.0/.well-known/openid-configuration"))
    assert (body["error"], body["error_codes"]) == ("invalid_tenant", [90002])


def test_a_document_is_only_read() -> None:
    assert _get(f"/{TENANT}/discovery/v2.0/keys", method="POST").status == 404


def test_configuration_names_the_tenant_by_id_though_asked_by_domain() -> None:
    document = content(_get("/lab.example/v2.0/.well-known/openid-configuration"))
    assert document["issuer"] == f"https://{LOGIN}/{TENANT}/v2.0"


def test_both_key_sets_hold_the_same_keys() -> None:
    newer, older = content(_get("/common/discovery/v2.0/keys")), content(_get("/common/discovery/keys"))
    assert [key["x5c"] for key in newer["keys"]] == [key["x5c"] for key in older["keys"]]
    assert newer["keys"][0]["issuer"] == f"https://{LOGIN}/{{tenantid}}/v2.0"


@pytest.mark.parametrize("method", ["GET", "PUT"])
@pytest.mark.parametrize("path", ["oauth2/token", "oauth2/v2.0/token"])
def test_the_token_endpoints_take_a_post_alone(method: str, path: str) -> None:
    request = replace(token_request(), method=method, path=f"/{TENANT}/{path}")
    answer = drive(lab_azure.azure().handle(request, NOW))
    assert content(answer)["error_codes"] == [900561]
    assert method in content(answer)["error_description"]
