from typing import Any

import pytest

from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import content

ONE = f"{lab_arm.CLUSTERS}/aks-one"
ISSUER = {"oidcIssuerProfile": {"enabled": True}}
IDENTITY = {"securityProfile": {"workloadIdentity": {"enabled": True}, "imageCleaner": {"enabled": True}}}


def _body(**properties: Any) -> dict[str, Any]:
    return {"location": "westeurope", "properties": {"dnsPrefix": "one", **properties}}


def test_put_get_patch_list_delete() -> None:
    call = lab_arm.caller(lab_arm.world())
    made = call("PUT", ONE, body=_body(**ISSUER, **IDENTITY))
    shape = content(made)
    assert (made.status, shape["id"], shape["properties"]["dnsPrefix"]) == (201, ONE, "one")
    profile = shape["properties"]["oidcIssuerProfile"]
    assert profile["issuerURL"].startswith(f"https://westeurope.oic.prod-aks.azure.com/{lab_azure.TENANT}/")
    assert profile["issuerURL"].endswith("/")
    assert shape["properties"]["securityProfile"] == IDENTITY["securityProfile"]
    assert content(call("GET", ONE)) == shape
    assert content(call("PATCH", ONE, body={"tags": {"a": "b"}}))["tags"] == {"a": "b"}
    assert [each["name"] for each in content(call("GET", lab_arm.CLUSTERS))["value"]] == ["aks-one"]
    assert len(content(call("GET", lab_arm.CLUSTERS.replace("/resourceGroups/rg", "")))["value"]) == 1
    assert [call("DELETE", ONE).status for _ in range(2)] == [202, 204]
    assert lab_arm.error(call("GET", ONE)) == (404, "ResourceNotFound")


def test_an_issuer_once_enabled_stays() -> None:
    call = lab_arm.caller(lab_arm.world())
    assert "issuerURL" not in content(call("PUT", ONE, body=_body()))["properties"]["oidcIssuerProfile"]
    enabled = content(call("PUT", ONE, body=_body(**ISSUER)))["properties"]["oidcIssuerProfile"]
    assert content(call("PUT", ONE, body=_body()))["properties"]["oidcIssuerProfile"] == enabled
    refused = call("PUT", ONE, body=_body(oidcIssuerProfile={"enabled": False}))
    assert lab_arm.error(refused) == (400, "BadRequest")


def test_workload_identity_can_be_switched_off_again() -> None:
    call = lab_arm.caller(lab_arm.world())
    call("PUT", ONE, body=_body(**ISSUER, **IDENTITY))
    off = content(call("PUT", ONE, body=_body(securityProfile={"workloadIdentity": {"enabled": False}})))
    assert off["properties"]["securityProfile"] == {"workloadIdentity": {"enabled": False}}


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(f"{lab_arm.CLUSTERS}/-a", _body(), (400, "InvalidParameter"), id="name"),
        pytest.param(ONE, _body(**IDENTITY), (400, "BadRequest"), id="workload-identity-without-issuer"),
        pytest.param(ONE, _body(securityProfile=5), (400, "InvalidRequestContent"), id="security-profile"),
        pytest.param(ONE, _body(oidcIssuerProfile=5), (400, "InvalidRequestContent"), id="issuer-profile"),
        pytest.param(
            ONE, _body(oidcIssuerProfile={"enabled": "yes"}), (400, "InvalidRequestContent"), id="enabled-no-flag"
        ),
        pytest.param(ONE, {}, (400, "LocationRequired"), id="no-location"),
    ],
)
def test_refuses(path: str, body: Any, expected: tuple[int, str]) -> None:
    assert lab_arm.error(lab_arm.caller(lab_arm.world())("PUT", path, body=body)) == expected
