import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, OFFICER, Call, caller, content, drive

ARM = "management.azure.com"
PROPERTIES = {"issuer": lab_azure.ISSUER, "subject": "system:serviceaccount:apps:kv-reades", "audiences": ["a"]}
NAME = "10000000-0000-4000-8000-000000000001"


def _owner() -> tuple[Azure, Call]:
    world = lab_azure.azure()
    return world, caller(world, OFFICER, host=ARM, scope=ARM_SCOPE)


def _identity(world: Azure) -> str:
    return world.directory.identities[0].resource_id


@pytest.mark.parametrize(
    ("method", "below", "status"),
    [
        pytest.param("GET", "", 200, id="get-identity"),
        pytest.param("GET", "/federatedIdentityCredentials", 200, id="list"),
        pytest.param("GET", "/federatedIdentityCredentials/reader", 200, id="get"),
        pytest.param("GET", "/federatedIdentityCredentials/none", 404, id="get-none"),
        pytest.param("PUT", "/federatedIdentityCredentials/reader", 200, id="put"),
        pytest.param("PUT", "/federatedIdentityCredentials/other", 201, id="put-new"),
        pytest.param("DELETE", "/federatedIdentityCredentials/reader", 200, id="delete"),
        pytest.param("DELETE", "/federatedIdentityCredentials/none", 204, id="delete-none"),
        pytest.param("PUT", "", 405, id="identities-are-not-made-here-yet"),
        pytest.param("POST", "", 405, id="method"),
        pytest.param("GET", "/elsewhere", 404, id="unknown-kind"),
    ],
)
def test_identities(method: str, below: str, status: int) -> None:
    world, call = _owner()
    assert call(method, _identity(world) + below, body={"properties": PROPERTIES}).status == status


def test_a_changed_credential_counts_at_once() -> None:
    world, call = _owner()
    call("PUT", f"{_identity(world)}/federatedIdentityCredentials/reader", body={"properties": PROPERTIES})
    answer = drive(world.handle(lab_azure.token_request(), NOW))
    assert content(answer)["error_codes"] == [700213]


def test_an_unknown_identity_is_not_found() -> None:
    world, call = _owner()
    assert content(call("GET", _identity(world) + "x"))["error"]["code"] == "ResourceNotFound"


def test_a_role_given_by_arm_opens_the_vault_and_taken_closes_it() -> None:
    world, call = _owner()
    scope = f"{_identity(world).partition('/providers')[0]}/providers/Microsoft.KeyVault/vaults/kv-two"
    path = f"{scope}/providers/Microsoft.Authorization/roleAssignments"
    reader = world.directory.identities[0]
    read = caller(world, host="kv-two.vault.azure.net")
    body = {
        "properties": {"roleDefinitionId": "4633458b-17de-408a-b874-0445c86b69e6", "principalId": reader.principal_id}
    }
    assert read("GET", "/secrets/alone").status == 403
    assert call("PUT", f"{path}/{NAME}", body=body).status == 201
    assert read("GET", "/secrets/alone").status == 200
    assert call("GET", f"{path}/{NAME}").status == 200
    assert NAME in [each["name"] for each in content(call("GET", path))["value"]]
    assert call("DELETE", f"{path}/{NAME}").status == 200
    assert read("GET", "/secrets/alone").status == 403
    assert call("POST", f"{path}/{NAME}").status == 405
    assert call("PUT", path).status == 405


@pytest.mark.parametrize(
    ("path", "code"),
    [
        pytest.param("/subscriptions/none/resourceGroups/rg", "SubscriptionNotFound", id="subscription"),
        pytest.param("/providers", "InvalidResourceType", id="kind"),
    ],
)
def test_unknown_addresses(path: str, code: str) -> None:
    _, call = _owner()
    assert content(call("GET", path))["error"]["code"] == code


def test_a_role_is_not_assigned_at_what_does_not_exist() -> None:
    world, call = _owner()
    scope = _identity(world).partition("/providers")[0] + "/providers/Microsoft.KeyVault/vaults/none"
    assert call("PUT", f"{scope}/providers/Microsoft.Authorization/roleAssignments/{NAME}", body={}).status == 404


def test_the_api_version_is_required() -> None:
    world, _ = _owner()
    token = lab_azure.access_token(world, OFFICER, ARM_SCOPE)
    request = Request(method="GET", host=ARM, path="/", headers={"authorization": f"Bearer {token}"})
    assert content(drive(world.handle(request, NOW)))["error"]["code"] == "MissingApiVersionParameter"
