from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jwt

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.azure.imds import service
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, READER, TENANT, content, later

VAULT = "https://vault.azure.net"
TOKEN = "/metadata/identity/oauth2/token"
VERSION = "2018-02-01"


def _azure(**changes: Any) -> Azure:
    return lab_azure.azure(machine={"name": "node", "identities": ["reader"]}, **changes)


WORLD = _azure()


def _get(
    world: Azure,
    path: str = TOKEN,
    *,
    now: datetime = NOW,
    headers: dict[str, str] | None = None,
    method: str = "GET",
    **query: str | None,
) -> Response:
    asked = {"api-version": VERSION, "resource": VAULT, **{key.replace("_", "-"): v for key, v in query.items()}}
    request = Request(
        method=method,
        host="169.254.169.254",
        path=path,
        query=tuple((name, value) for name, value in asked.items() if value is not None),
        headers={"metadata": "true"} if headers is None else headers,
    )
    return world.imds.handle(request, now)


def test_lends_a_token_with_its_numbers_as_texts() -> None:
    world = _azure()
    body = content(_get(world))
    issued = int(NOW.timestamp())
    assert body["client_id"] == READER
    assert (body["expires_in"], body["expires_on"], body["not_before"]) == ("3600", str(issued + 3600), str(issued))
    assert (body["resource"], body["token_type"]) == (VAULT, "Bearer")
    caller = world.entra.token_endpoint.tokens.verify(body["access_token"], NOW)
    assert (caller.client_id, caller.tenant_id, caller.audience) == (READER, TENANT, VAULT)


@pytest.mark.parametrize("resource", [f"{VAULT}:8443", f"{VAULT}:8443/"])
def test_lends_for_a_vault_at_any_port(resource: str) -> None:
    assert content(_get(_azure(), resource=resource))["resource"] == resource


def test_it_forgets_the_oldest_of_very_many_tokens() -> None:
    world = _azure()
    first = content(_get(world))["access_token"]
    for port in range(service.REMEMBERED):
        world.imds._lent["somebody", str(port)] = world.imds._lent[next(iter(world.imds._lent))]
    _get(world, resource=f"{VAULT}:1")
    assert content(_get(world))["access_token"] != first
    assert len(world.imds._lent) <= service.REMEMBERED + 1


def test_a_managed_identity_s_token_lasts_a_day() -> None:
    assert content(_get(_azure(entra={})))["expires_in"] == "86399"


def test_the_same_token_comes_again_for_half_of_its_life() -> None:
    world = _azure()
    first = content(_get(world))
    again = content(_get(world, now=later(seconds=1799)))
    assert (again["access_token"], again["expires_in"]) == (first["access_token"], "1801")
    assert content(_get(world, now=later(seconds=1800)))["access_token"] != first["access_token"]
    assert content(_get(world, resource=f"{VAULT}/"))["access_token"] != first["access_token"]


def test_a_token_whose_key_was_retired_is_lent_no_more() -> None:
    world = _azure()
    first = content(_get(world))
    keys = world.entra.token_endpoint.tokens.keys
    keys.overlap = timedelta(0)
    keys._new_key = lambda: lab_azure.rsa_key("next")
    keys.rotate(NOW)
    second = content(_get(world))["access_token"]
    assert second != first["access_token"]
    assert jwt.decode(second, lab_azure.rsa_key("next"), ["RS256"]).claims["appid"] == READER


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        pytest.param({"headers": {}}, 400, "invalid_request", id="no-metadata-header"),
        pytest.param({"headers": {"metadata": "yes"}}, 400, "invalid_request", id="another-metadata-header"),
        pytest.param(
            {"headers": {"metadata": "True", "x-forwarded-for": "10.0.0.1"}}, 400, "invalid_request", id="forwarded"
        ),
        pytest.param({"method": "POST"}, 405, "method_not_allowed", id="post"),
        pytest.param({"resource": None}, 400, "invalid_request", id="no-resource"),
        pytest.param({"resource": "https://x.example"}, 400, "invalid_resource", id="unknown-resource"),
        pytest.param({"client_id": "x", "path": "/metadata/identity/info"}, 404, "not_found", id="unknown-path"),
    ],
)
def test_refuses(changes: dict[str, Any], status: int, error: str) -> None:
    answer = _get(_azure(), **changes)
    assert (answer.status, content(answer)["error"]) == (status, error)


@pytest.mark.parametrize("version", [None, "2099-01-01", "2017-08-01", "latest"])
def test_a_version_of_tokens_must_exist(version: str | None) -> None:
    answer = _get(_azure(), api_version=version)
    assert answer.status == 400
    assert content(answer)["newest-versions"]


@given(
    path=st.lists(
        st.sampled_from(["metadata", "identity", "oauth2", "token", "instance", "compute"]) | st.text(max_size=5)
    ).map("/".join),
    query=st.dictionaries(
        st.sampled_from(["api-version", "resource", "client_id", "object_id", "msi_res_id", "format"]),
        st.sampled_from([VERSION, VAULT, READER, "text"]) | st.text(max_size=5),
    ),
)
@settings(max_examples=100)
def test_any_request_is_answered(path: str, query: dict[str, str]) -> None:
    request = Request(method="GET", path=f"/{path}", query=tuple(query.items()), headers={"metadata": "true"})
    assert WORLD.imds.handle(request, NOW).status in (200, 400, 404)


def test_an_identity_can_be_named() -> None:
    world = lab_azure.azure(machine={"identities": ["reader", "officer"]})
    request = Request(
        method="GET",
        path=TOKEN,
        query=(("api-version", VERSION), ("resource", VAULT), ("client_id", lab_azure.OFFICER)),
        headers={"metadata": "true"},
    )
    assert content(world.imds.handle(request, NOW))["client_id"] == lab_azure.OFFICER


@pytest.mark.parametrize(
    ("path", "query", "body"),
    [
        pytest.param("/metadata/instance/compute/name", {"format": "text"}, b"node", id="text"),
        pytest.param("/metadata/instance/compute/name", {}, b'"node"', id="json"),
        pytest.param("/metadata/instance/network", {}, b'{"interface": []}', id="part"),
    ],
)
def test_describes_the_machine(path: str, query: dict[str, Any], body: bytes) -> None:
    answer = _get(_azure(), path, **query)
    assert (answer.status, answer.body) == (200, body)


def test_only_single_values_are_text() -> None:
    assert _get(_azure(), "/metadata/instance/compute", format="text").status == 400


def test_the_machine_s_cloud_is_that_of_its_tenant() -> None:
    tenants = [{"id": TENANT, "cloud": "AzureChinaCloud"}, {"id": lab_azure.OTHER_TENANT}]
    world = _azure(tenants=tenants)
    assert content(_get(world, "/metadata/instance"))["compute"]["azEnvironment"] == "AzureChinaCloud"
    assert _get(world).status == 400
    assert _get(world, resource="https://vault.azure.cn").status == 200


def test_lists_its_versions() -> None:
    assert VERSION in content(_get(_azure(), "/metadata/versions"))["apiVersions"]


def test_an_injected_failure() -> None:
    assert _azure().imds.refuse(410).status == 410
