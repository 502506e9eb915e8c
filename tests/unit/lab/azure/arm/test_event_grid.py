import json
from typing import Any
from urllib.parse import urlsplit

import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.http import Request, Response
from tests.fakes import lab_arm, lab_azure, lab_grid
from tests.fakes.lab_azure import NOW, content, drive, header, later

URL = "https://hooks.example/events?key=very-secret"
VAULT = f"{lab_arm.VAULTS}/kv-one"
MINE = f"{VAULT}/providers/Microsoft.EventGrid/eventSubscriptions/mine"
TOPICS = f"{lab_arm.GROUP}/providers/Microsoft.EventGrid/systemTopics"
BELOW = f"{TOPICS}/vault-events/eventSubscriptions/mine"
TOPIC = {
    "location": "westeurope",
    "properties": {"source": VAULT, "topicType": "Microsoft.KeyVault.vaults"},
}
REGION = "/providers/Microsoft.EventGrid/locations/westeurope"


def _body(url: str | None = URL, **properties: Any) -> dict[str, Any]:
    destination = {"endpointType": "WebHook", "properties": {"endpointUrl": url}}
    return {"properties": {"destination": destination, **properties}}


def _world() -> tuple[Azure, lab_arm.Call]:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    assert call("PUT", f"{TOPICS}/vault-events", body=TOPIC).status == 201
    return world, call


def _agree(world: Azure) -> None:
    for question in world.grid.take(NOW):
        world.grid.answered(question, lab_grid.agree(question), NOW)


def _operation(call: lab_arm.Call, put: Response, now: Any = NOW) -> dict[str, Any]:
    address = urlsplit(header(put, "Azure-AsyncOperation") or "")
    answer = call("GET", address.path, now=now)
    assert answer.status == 200
    found: dict[str, Any] = content(answer)
    return found


@pytest.mark.parametrize("path", [pytest.param(MINE, id="at-the-vault"), pytest.param(BELOW, id="below-a-topic")])
def test_from_put_to_delete(path: str) -> None:
    world, call = _world()
    put = call("PUT", path, body=_body())
    assert (put.status, content(put)["id"], content(put)["properties"]["provisioningState"]) == (201, path, "Creating")
    assert _operation(call, put)["status"] == "InProgress"
    _agree(world)
    assert _operation(call, put)["status"] == "Succeeded"
    shown = call("GET", path.upper())
    assert content(shown)["properties"]["provisioningState"] == "Succeeded"
    assert b"very-secret" not in shown.body + put.body
    assert content(call("POST", f"{path}/getFullUrl")) == {"endpointUrl": URL}
    assert content(call("POST", f"{path}/getDeliveryAttributes")) == {"value": []}
    assert [each["id"] for each in content(call("GET", path.rpartition("/")[0]))["value"]] == [path]
    patched = call("PATCH", path, body={"labels": ["a"]})
    assert (patched.status, content(patched)["properties"]["labels"]) == (201, ["a"])
    assert _operation(call, patched)["status"] == "Succeeded"
    assert [call("DELETE", path).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", path)) == (404, "ResourceNotFound")


def test_an_endpoint_that_declines_fails_the_operation() -> None:
    world, call = _world()
    put = call("PUT", MINE, body=_body())
    (question,) = world.grid.take(NOW)
    world.grid.answered(question, lab_grid.status(500), NOW)
    operation = _operation(call, put)
    assert (operation["status"], operation["error"]["code"]) == ("Failed", "URL validation")
    assert content(call("GET", MINE))["properties"]["provisioningState"] == "Failed"


def test_a_silent_endpoint_is_confirmed_at_the_validation_url() -> None:
    world, call = _world()
    put = call("PUT", MINE, body=_body())
    (question,) = world.grid.take(NOW)
    world.grid.answered(question, lab_grid.status(200), NOW)
    assert content(call("GET", MINE))["properties"]["provisioningState"] == "AwaitingManualAction"
    assert _operation(call, put)["status"] == "InProgress"
    address = urlsplit(json.loads(question.body)[0]["data"]["validationUrl"])
    query = tuple(tuple(pair.split("=", 1)) for pair in address.query.split("&"))
    request = Request(method="GET", host=address.hostname or "", port=553, path=address.path, query=query)
    assert drive(world.handle(request, NOW)).status == 200
    assert _operation(call, put)["status"] == "Succeeded"


def test_after_five_minutes_nobody_can_confirm_it() -> None:
    world, call = _world()
    put = call("PUT", MINE, body=_body())
    (question,) = world.grid.take(NOW)
    world.grid.answered(question, lab_grid.status(200), NOW)
    assert _operation(call, put, later(minutes=5))["status"] == "Failed"


def test_a_patch_of_what_is_being_asked_changes_that() -> None:
    _, call = _world()
    call("PUT", MINE, body=_body())
    assert content(call("PATCH", MINE, body={"labels": ["a"]}))["properties"]["labels"] == ["a"]


@pytest.mark.parametrize(
    ("path", "body", "refused"),
    [
        pytest.param(MINE, _body("http://hooks.example/"), (400, "InvalidRequest"), id="http"),
        pytest.param(MINE, {"properties": None}, (400, "InvalidRequest"), id="no-properties"),
        pytest.param(MINE.replace("mine", "a_b"), _body(), (400, "InvalidRequest"), id="name"),
        pytest.param(MINE.replace("kv-one", "none"), _body(), (404, "ResourceNotFound"), id="no-vault"),
        pytest.param(
            MINE.replace("/providers/Microsoft.KeyVault/vaults/kv-one", ""),
            _body(),
            (400, "InvalidRequest"),
            id="group",
        ),
        pytest.param(BELOW.replace("vault-events", "none"), _body(), (404, "ResourceNotFound"), id="no-topic"),
    ],
)
def test_refuses_to_write(path: str, body: dict[str, Any], refused: tuple[int, str]) -> None:
    _, call = _world()
    assert lab_arm.error(call("PUT", path, body=body)) == refused


@pytest.mark.parametrize(
    ("tenant", "status"), [pytest.param(lab_azure.TENANT, 201, id="known"), pytest.param("none", 400, id="unknown")]
)
def test_tokens_come_from_a_tenant_that_exists(tenant: str, status: int) -> None:
    _, call = _world()
    body = _body()
    body["properties"]["destination"]["properties"] |= {
        "azureActiveDirectoryTenantId": tenant,
        "azureActiveDirectoryApplicationIdOrUri": "api://hook",
    }
    assert call("PUT", MINE, body=body).status == status


@pytest.mark.parametrize(
    ("path", "names"),
    [
        pytest.param(f"{lab_arm.ROOT}{REGION}/eventSubscriptions", ["mine"], id="region"),
        pytest.param(f"{lab_arm.GROUP}{REGION}/eventSubscriptions", ["mine"], id="group-and-region"),
        pytest.param(f"{lab_arm.ROOT}{REGION.replace('westeurope', 'eastus')}/eventSubscriptions", [], id="elsewhere"),
        pytest.param(
            f"{lab_arm.ROOT}{REGION}/topicTypes/Microsoft.KeyVault.vaults/eventSubscriptions", ["mine"], id="type"
        ),
        pytest.param(
            f"{lab_arm.ROOT}{REGION}/topicTypes/Microsoft.Storage.StorageAccounts/eventSubscriptions",
            [],
            id="other-type",
        ),
        pytest.param(f"{lab_arm.ROOT}/providers/Microsoft.EventGrid/eventSubscriptions", [], id="none-is-global"),
        pytest.param(f"{VAULT}/providers/Microsoft.EventGrid/eventSubscriptions", ["mine"], id="vault"),
        pytest.param(f"{lab_arm.VAULTS}/kv-two/providers/Microsoft.EventGrid/eventSubscriptions", [], id="other-vault"),
        pytest.param(f"{TOPICS}/vault-events/eventSubscriptions", ["mine"], id="topic"),
    ],
)
def test_lists(path: str, names: list[str]) -> None:
    _, call = _world()
    call("PUT", MINE, body=_body())
    call("PUT", BELOW, body=_body())
    assert [each["name"] for each in content(call("GET", path))["value"]] == names


def test_a_list_takes_no_filter_and_an_unknown_vault_has_none() -> None:
    _, call = _world()
    listing = f"{VAULT}/providers/Microsoft.EventGrid/eventSubscriptions"
    assert lab_arm.error(call("GET", listing, filter="name eq 'x'")) == (400, "InvalidFilterInQueryString")
    assert lab_arm.error(call("GET", listing.replace("kv-one", "none"))) == (404, "ResourceNotFound")


def test_an_operation_of_another_subscription_or_of_nobody_is_not_found() -> None:
    world, call = _world()
    path = urlsplit(header(call("PUT", MINE, body=_body()), "Azure-AsyncOperation") or "").path
    assert lab_arm.error(call("GET", f"{path}x")) == (404, "OperationNotFound")
    operation = next(iter(world.grid.state.operations.values()))
    operation.subscription_id = lab_arm.FAR_SUBSCRIPTION
    assert lab_arm.error(call("GET", path)) == (404, "OperationNotFound")


def test_a_reader_may_read_but_not_the_address() -> None:
    world = lab_arm.world(
        roleAssignments=[
            {"identity": "officer", "role": "Owner", "scope": lab_arm.ROOT},
            {"identity": "reader", "role": "Reader", "scope": lab_arm.ROOT},
        ]
    )
    lab_arm.caller(world)("PUT", MINE, body=_body())
    call = lab_arm.caller(world, lab_azure.READER)
    assert call("GET", MINE).status == 200
    assert lab_arm.error(call("POST", f"{MINE}/getFullUrl")) == (403, "AuthorizationFailed")
    assert lab_arm.error(call("PUT", MINE, body=_body())) == (403, "AuthorizationFailed")


def test_the_address_names_the_port_where_it_is_not_443() -> None:
    world, _ = _world()
    token = lab_azure.access_token(world, lab_azure.OFFICER, lab_azure.ARM_SCOPE)
    request = Request(
        method="PUT",
        host=lab_arm.HOST,
        port=8443,
        path=MINE,
        query=(("api-version", "2025-02-15"),),
        headers={"authorization": f"Bearer {token}", "content-type": "application/json"},
        body=json.dumps(_body()).encode(),
    )
    address = urlsplit(header(drive(world.handle(request, NOW)), "Azure-AsyncOperation") or "")
    assert address.netloc == f"{lab_arm.HOST}:8443"
