import base64
from typing import Any

import pytest
import yaml

from keyferry.lab.world.http import Response
from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import READER, content

ONE = f"{lab_arm.CLUSTERS}/aks-one"
ENTRAS = {"aadProfile": {"managed": True, "enableAzureRBAC": True}}
LOCKED = {**ENTRAS, "disableLocalAccounts": True}


def asked(kind: str, **properties: Any) -> Response:
    """The answer of a cluster with these properties."""
    call = lab_arm.caller(lab_arm.world())
    call("PUT", ONE, body={"location": "westeurope", "properties": {"dnsPrefix": "one", **properties}})
    return call("POST", f"{ONE}/listCluster{kind}Credential")


def config(answer: Response) -> dict[str, Any]:
    """The one kubeconfig of an answer."""
    (found,) = content(answer)["kubeconfigs"]
    loaded: dict[str, Any] = yaml.safe_load(base64.b64decode(found["value"]))
    assert loaded["users"][0]["name"].startswith(found["name"])
    return loaded


@pytest.mark.parametrize(
    ("kind", "properties", "has_key"),
    [
        pytest.param("User", LOCKED, False, id="no-local-accounts"),
        pytest.param("User", ENTRAS, False, id="users-of-entra"),
        pytest.param("User", {}, True, id="accounts-of-its-own"),
        pytest.param("Admin", {}, True, id="its-administrators"),
        pytest.param("Admin", ENTRAS, True, id="its-administrators-beside-entras-users"),
    ],
)
def test_who_gets_a_key(kind: str, properties: dict[str, Any], has_key: bool) -> None:
    found = config(asked(kind, **properties))
    user = found["users"][0]["user"]
    assert ("client-key-data" in user, "exec" in user) == (has_key, not has_key)
    assert found["clusters"][0]["cluster"]["server"].startswith("https://one-")
    assert found["clusters"][0]["cluster"]["server"].endswith(".hcp.westeurope.azmk8s.io:443")


def test_users_of_entra_sign_in_to_their_tenant() -> None:
    signing_in = config(asked("User", **LOCKED))["users"][0]["user"]["exec"]
    assert signing_in["command"] == "kubelogin"
    assert signing_in["args"][-4:-2] == ["--tenant-id", lab_azure.TENANT]


def test_without_local_accounts_there_are_no_administrators() -> None:
    assert lab_arm.error(asked("Admin", **LOCKED)) == (400, "BadRequest")


@pytest.mark.parametrize("kind", ["User", "Admin"])
def test_refuses_who_has_no_role_for_it_and_what_is_not_there(kind: str) -> None:
    azure = lab_arm.world()
    path = f"{ONE}/listCluster{kind}Credential"
    assert lab_arm.error(lab_arm.caller(azure)("POST", path)) == (404, "ResourceNotFound")
    assert lab_arm.error(lab_arm.caller(azure, READER)("POST", path)) == (403, "AuthorizationFailed")
