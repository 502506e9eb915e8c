import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keyferry.lab.world.http import Request
from tests.fakes import arm_requests, lab_arm, lab_azure
from tests.fakes.lab_azure import NOW, OFFICER, caller, content, drive, header

READER_PATH = f"{lab_arm.IDENTITIES}/reader"


@pytest.mark.parametrize(
    ("method", "path", "version", "expected"),
    [
        pytest.param("GET", "/subscriptions/none", "2022-12-01", (400, "InvalidSubscriptionId"), id="no-guid"),
        pytest.param(
            "GET", f"/subscriptions/{OFFICER}", "2022-12-01", (404, "SubscriptionNotFound"), id="no-subscription"
        ),
        pytest.param("GET", READER_PATH, "", (400, "MissingApiVersionParameter"), id="no-version"),
        pytest.param("GET", READER_PATH, "2099-01-01", (400, "NoRegisteredProviderFound"), id="unknown-version"),
        pytest.param("GET", READER_PATH, "7.6", (400, "InvalidApiVersionParameter"), id="malformed-version"),
        pytest.param("POST", READER_PATH, "2024-11-30", (405, "MethodNotAllowed"), id="method"),
        pytest.param("GET", f"{READER_PATH}/elsewhere", "2024-11-30", (404, "InvalidResourceType"), id="unknown-kind"),
        pytest.param(
            "GET",
            f"{lab_arm.GROUP}/providers/Microsoft.Moon/rocks/a",
            "2024-11-30",
            (404, "InvalidResourceNamespace"),
            id="unknown-namespace",
        ),
        pytest.param("GET", "/moon", "2024-11-30", (404, "InvalidResourceType"), id="unknown-address"),
        pytest.param(
            "GET",
            READER_PATH.replace("/rg/", "/none/"),
            "2024-11-30",
            (404, "ResourceGroupNotFound"),
            id="no-group",
        ),
    ],
)
def test_refuses_what_it_does_not_know(method: str, path: str, version: str, expected: tuple[int, str]) -> None:
    call = lab_arm.caller(lab_arm.world())
    assert lab_arm.error(call(method, path, version=version)) == expected


def test_a_wrong_method_is_told_the_right_ones() -> None:
    assert header(lab_arm.caller(lab_arm.world())("POST", READER_PATH), "Allow") == "GET, PUT, PATCH, DELETE"


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(f"/{READER_PATH}/", id="slashes"),
        pytest.param(READER_PATH.replace("resourceGroups", "RESOURCEgroups").replace("/rg/", "/RG/"), id="case"),
    ],
)
def test_addresses_are_taken_in_any_spelling(path: str) -> None:
    answer = lab_arm.caller(lab_arm.world())("GET", path)
    assert content(answer)["id"] == READER_PATH


def test_the_right_comes_before_the_resource() -> None:
    call = lab_arm.caller(lab_arm.world(), lab_azure.READER)
    assert lab_arm.error(call("GET", f"{lab_arm.IDENTITIES}/none")) == (403, "AuthorizationFailed")


@given(requests=st.lists(st.tuples(arm_requests.METHODS, arm_requests.addresses(), arm_requests.bodies()), max_size=8))
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_request_gets_an_answer_in_the_shape_of_arm(requests: list[tuple[str, tuple[str, str], Any]]) -> None:
    world = lab_arm.world()
    lab_arm.crown(world)
    call = lab_arm.caller(world)
    for method, (path, version), body in requests:
        answer = call(method, path, version=version, body=body)
        assert 200 <= answer.status < 500
        if answer.status >= 400 and method != "HEAD":
            assert {"code", "message"} <= set(json.loads(answer.body)["error"])
        elif answer.body:
            assert isinstance(json.loads(answer.body), dict)


def test_a_changed_credential_counts_at_once() -> None:
    world = lab_arm.world()
    properties = {"issuer": lab_azure.ISSUER, "subject": "system:serviceaccount:apps:other", "audiences": ["a"]}
    path = f"{READER_PATH}/federatedIdentityCredentials/reader"
    assert lab_arm.caller(world)("PUT", path, body={"properties": properties}).status == 200
    answer = drive(world.handle(lab_azure.token_request(), NOW))
    assert content(answer)["error_codes"] == [700213]


def test_a_role_given_by_arm_opens_the_vault_and_taken_closes_it() -> None:
    world = lab_arm.world()
    call, read = lab_arm.caller(world), caller(world, host="kv-two.vault.azure.net")
    path = f"{lab_arm.VAULTS}/kv-two/providers/Microsoft.Authorization/roleAssignments/{lab_azure.LONER}"
    properties = {
        "roleDefinitionId": "4633458b-17de-408a-b874-0445c86b69e6",
        "principalId": world.directory.identities[0].principal_id,
    }
    assert read("GET", "/secrets/alone").status == 403
    assert call("PUT", path, body={"properties": properties}).status == 201
    assert read("GET", "/secrets/alone").status == 200
    assert call("DELETE", path).status == 200
    assert read("GET", "/secrets/alone").status == 403


def test_an_injected_failure_is_one_of_arm() -> None:
    world = lab_arm.world()
    request = Request(method="GET", host=lab_arm.HOST, path="/")
    for status, code in ((429, "TooManyRequests"), (503, "InternalServerError")):
        assert lab_arm.error(world.refuse(request, status, None, NOW)) == (status, code)
