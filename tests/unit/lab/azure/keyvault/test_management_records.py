import json
from typing import Any

import pytest

from keyferry.lab.azure.cloud import Azure
from keyferry.lab.world.http import Request
from tests.fakes import lab_azure
from tests.fakes.lab_azure import ARM_SCOPE, NOW, OFFICER, access_token, drive

API = "2023-07-01"


def _vault_id(world: Azure) -> str:
    vault = world.vaults.by_name("kv-one")
    assert vault is not None
    return vault.resource_id


def _manage(world: Azure, method: str, path: str, body: Any = None, *, token: str | None = None) -> int:
    bearer = access_token(world, OFFICER, ARM_SCOPE) if token is None else token
    request = Request(
        method=method,
        host="management.azure.com",
        path=path,
        query=(("api-version", API),),
        headers={"authorization": f"Bearer {bearer}", "content-type": "application/json", "user-agent": "terraform"},
        body=b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode(),
    )
    return drive(world.handle(request, NOW)).status


@pytest.mark.parametrize(
    ("method", "below", "body", "operation"),
    [
        pytest.param("GET", "", None, "VaultGet", id="get"),
        pytest.param("GET", "/", None, "VaultGet", id="get-with-a-slash"),
        pytest.param("PATCH", "", {"tags": {"a": "b"}}, "VaultPatch", id="patch"),
        pytest.param("PUT", "", b"no json", "VaultPut", id="a-put-that-is-refused"),
        pytest.param(
            "PUT", "/accessPolicies/add", {"properties": {"accessPolicies": []}}, "VaultPatch", id="access-policies"
        ),
        pytest.param("DELETE", "", None, "VaultDelete", id="delete"),
    ],
)
def test_what_arm_does_with_a_vault_is_in_its_log(method: str, below: str, body: Any, operation: str) -> None:
    world = lab_azure.azure()
    status = _manage(world, method, _vault_id(world) + below, body)
    (record,) = world.audit
    officer = world.directory.identities[1]
    assert (record.vault, record.operation, record.status) == ("kv-one", operation, status)
    assert (record.caller_object_id, record.caller_client_id) == (officer.principal_id, OFFICER)
    assert (record.object_id, record.client_info) == ("https://kv-one.vault.azure.net/", "terraform")


def test_a_recovery_is_told_from_a_put() -> None:
    world = lab_azure.azure()
    vault_id = _vault_id(world)
    _manage(world, "DELETE", vault_id)
    properties = {"createMode": "recover", "tenantId": lab_azure.TENANT, "sku": {"family": "A", "name": "standard"}}
    assert _manage(world, "PUT", vault_id, {"location": "westeurope", "properties": properties}) == 200
    assert [record.operation for record in world.audit] == ["VaultDelete", "VaultRecover"]


@pytest.mark.parametrize(
    ("method", "path", "token"),
    [
        pytest.param("GET", "/vaults/kv-one", "no.token.atall", id="a-caller-that-nobody-knows"),
        pytest.param("GET", "/vaults/kv-none", None, id="a-vault-that-does-not-exist"),
        pytest.param("POST", "/vaults/kv-one", None, id="another-verb"),
        pytest.param("GET", "/vaults", None, id="the-list"),
    ],
)
def test_nothing_else_is(method: str, path: str, token: str | None) -> None:
    world = lab_azure.azure()
    _manage(world, method, _vault_id(world).removesuffix("/vaults/kv-one") + path, token=token)
    assert len(world.audit) == 0
