import json
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keyferry.lab.azure.clouds import CLOUDS
from keyferry.lab.world.faults import Service
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW, caller, content, drive, header

WORLD = lab_azure.azure()
TOKENS = {
    "vault": lab_azure.access_token(WORLD, lab_azure.OFFICER),
    "arm": lab_azure.access_token(WORLD, lab_azure.OFFICER, lab_azure.ARM_SCOPE),
}
SEGMENTS = [
    "secrets",
    "deletedsecrets",
    "versions",
    "recover",
    "off",
    WORLD.directory.identities[0].resource_id.strip("/"),
    "federatedIdentityCredentials",
    "providers/Microsoft.Authorization/roleAssignments",
    "10000000-0000-4000-8000-000000000001",
]
KEYS = ["value", "tags", "attributes", "exp", "properties", "issuer", "subject", "audiences", "principalId"]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=6,
)


@pytest.mark.parametrize(
    ("host", "service"),
    [
        pytest.param("login.microsoftonline.com", Service.ENTRA, id="entra"),
        pytest.param("login.chinacloudapi.cn", Service.ENTRA, id="another-cloud's-entra"),
        pytest.param("management.azure.com", Service.ARM, id="arm"),
        pytest.param("graph.microsoft.com", Service.ARM, id="graph"),
        pytest.param("kv-one.vault.azure.net", Service.VAULT, id="vault"),
        pytest.param("kv-none.vault.azure.net", None, id="no-such-vault"),
        pytest.param("kv-one.vault.azure.cn", None, id="vault-of-another-cloud"),
        pytest.param("example.com", None, id="elsewhere"),
    ],
)
def test_service_by_host(host: str, service: Service | None) -> None:
    assert lab_azure.azure().service(host) is service


def test_an_unknown_host_answers_404_and_names_it() -> None:
    world = lab_azure.azure()
    request = Request(method="GET", host="kv-none.vault.azure.net", path="/")
    for response in (drive(world.handle(request, NOW)), world.refuse(request, 503, None, NOW)):
        assert response.status == 404
        assert b"kv-none.vault.azure.net" in response.body


def test_names_what_exists() -> None:
    world = lab_azure.azure()
    assert {"login.microsoftonline.com", "management.azure.com", "kv-one.vault.azure.net"} <= set(world.host_names())
    assert all(world.service(host) is not None for host in world.host_names())
    assert CLOUDS[2].arm_host not in world.host_names()


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("host", "operation"),
    [
        pytest.param("login.microsoftonline.com", "Discovery", id="entra"),
        pytest.param("management.azure.com", "GET", id="arm"),
        pytest.param("kv-one.vault.azure.net", "SecretList", id="vault"),
    ],
)
def test_an_injected_failure_has_the_service_s_shape_and_is_counted(host: str, operation: str, status: int) -> None:
    world = lab_azure.azure()
    response = world.refuse(Request(method="GET", host=host, path="/secrets"), status, timedelta(seconds=3), NOW)
    assert (response.status, header(response, "Retry-After")) == (status, "3")
    assert "error" in content(response)
    (count,) = world.counts()
    assert (count.operation, count.status, count.number) == (operation, status, 1)


def test_without_a_wait_there_is_no_retry_after() -> None:
    request = Request(method="GET", host="management.azure.com", path="/")
    assert header(lab_azure.azure().refuse(request, 500, None, NOW), "Retry-After") is None


def test_counts_tokens_and_forgets_on_demand() -> None:
    world = lab_azure.azure()
    caller(world)("GET", "/secrets/db-password")
    assert [(each.where, each.operation) for each in world.counts()] == [
        ("kv-one", "SecretGet"),
        ("login.microsoftonline.com", "Token"),
    ]
    world.reset_counts()
    assert world.counts() == ()


@given(
    method=st.sampled_from(["GET", "PUT", "PATCH", "DELETE", "POST", "HEAD"]),
    host=st.sampled_from(["login.microsoftonline.com", "management.azure.com", "kv-one.vault.azure.net", "x"]),
    path=st.lists(st.sampled_from(SEGMENTS) | st.text(max_size=4), max_size=10).map(
        lambda parts: "/" + "/".join(parts)
    ),
    query=st.dictionaries(st.sampled_from(["maxresults", "$skiptoken", "$filter"]), st.text(max_size=6), max_size=2),
    body=JSON.map(lambda document: json.dumps(document).encode()) | st.binary(max_size=10),
)
@settings(max_examples=150, deadline=None)
def test_any_request_of_the_mightiest_caller_is_answered(
    method: str, host: str, path: str, query: dict[str, str], body: bytes
) -> None:
    token = TOKENS["arm" if host.startswith("management") else "vault"]
    request = Request(
        method=method,
        host=host,
        path=path,
        query=(("api-version", "7.6"), *query.items()),
        headers={"authorization": f"Bearer {token}"},
        body=body,
    )
    assert 200 <= drive(WORLD.handle(request, NOW)).status < 500


def test_two_worlds_of_one_seed_and_one_chance_are_equal() -> None:
    answers = [caller(lab_azure.azure())("GET", "/secrets/versioned").body for _ in range(2)]
    assert answers[0] == answers[1]


def test_keys_rotate_when_the_seed_says_so() -> None:
    world = lab_azure.azure(entra={"keyRotationSeconds": 60})
    lab_azure.access_token(world)
    lab_azure.access_token(world, now=lab_azure.later(seconds=61))
    keys = Request(method="GET", host="login.microsoftonline.com", path=f"/{lab_azure.TENANT}/discovery/v2.0/keys")
    assert len(content(drive(world.handle(keys, NOW)))["keys"]) == 2
