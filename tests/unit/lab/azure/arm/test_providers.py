import pytest

from tests.fakes import lab_arm
from tests.fakes.lab_azure import content

PROVIDERS = f"{lab_arm.ROOT}/providers"


def test_a_provider_lists_its_types_and_versions() -> None:
    call = lab_arm.caller(lab_arm.world())
    shape = content(call("GET", f"{PROVIDERS}/microsoft.KEYVAULT", version="2021-04-01"))
    assert (shape["namespace"], shape["registrationState"]) == ("Microsoft.KeyVault", "Registered")
    vaults = next(each for each in shape["resourceTypes"] if each["resourceType"] == "vaults")
    assert vaults["apiVersions"][0] == "2026-05-15"
    assert shape in content(call("GET", PROVIDERS, version="2021-04-01"))["value"]


def test_providers_of_nothing_here_are_known_and_serve_nothing() -> None:
    call = lab_arm.caller(lab_arm.world())
    shape = content(call("POST", f"{PROVIDERS}/Microsoft.Compute/register", version="2022-09-01"))
    assert (shape["registrationState"], shape["resourceTypes"]) == ("Registered", [])
    disks = f"{lab_arm.GROUP}/providers/Microsoft.Compute/disks/one"
    assert lab_arm.error(call("GET", disks)) == (404, "InvalidResourceType")


def test_what_is_not_registered_cannot_be_written_until_it_is() -> None:
    call = lab_arm.caller(lab_arm.world())
    path, body = f"{lab_arm.IDENTITIES}/new-one", {"location": "westeurope"}
    one = f"{PROVIDERS}/Microsoft.ManagedIdentity"
    answer = content(call("POST", f"{one}/unregister", version="2021-04-01"))
    assert answer["registrationState"] == "NotRegistered"
    refused = call("PUT", path, body=body)
    assert lab_arm.error(refused) == (409, "MissingSubscriptionRegistration")
    assert content(refused)["error"]["details"][0]["target"] == "Microsoft.ManagedIdentity"
    assert call("GET", f"{lab_arm.IDENTITIES}/reader").status == 200
    registered = content(call("POST", f"{one}/register", version="2016-02-01"))
    assert registered["registrationState"] == "Registered"
    assert call("PUT", path, body=body).status == 201


@pytest.mark.parametrize(
    ("method", "below", "status", "code"),
    [
        pytest.param("GET", "/Microsoft.Moon", 404, "InvalidResourceNamespace", id="unknown"),
        pytest.param("POST", "/Microsoft.Resources/unregister", 409, "CannotUnregisterProvider", id="always-there"),
        pytest.param("PUT", "/Microsoft.KeyVault", 405, "MethodNotAllowed", id="method"),
    ],
)
def test_refuses(method: str, below: str, status: int, code: str) -> None:
    call = lab_arm.caller(lab_arm.world())
    assert lab_arm.error(call(method, PROVIDERS + below, version="2021-04-01")) == (status, code)
