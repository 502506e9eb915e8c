import json
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from keyferry.lab.azure.keyvault.vault import Vault
from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import content

NEW = f"{lab_arm.VAULTS}/kv-new"
ONE = f"{lab_arm.VAULTS}/kv-one"
CHECK = f"{lab_arm.ROOT}/providers/Microsoft.KeyVault/checkNameAvailability"
POLICY = {"tenantId": lab_azure.TENANT, "objectId": lab_azure.READER, "permissions": {"secrets": ["get"]}}


def _body(**properties: Any) -> dict[str, Any]:
    given = {"tenantId": lab_azure.TENANT, "sku": {"family": "A", "name": "standard"}, **properties}
    return {"location": "westeurope", "tags": {"team": "a"}, "properties": given}


def test_put_get_patch_list_delete() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    made = call("PUT", NEW, body=_body(enablePurgeProtection=True))
    shape = content(made)
    assert (made.status, shape["id"], shape["tags"]) == (201, NEW, {"team": "a"})
    assert shape["properties"]["vaultUri"] == "https://kv-new.vault.azure.net/"
    assert shape["properties"]["provisioningState"] == "Succeeded"
    assert shape["properties"]["enablePurgeProtection"] is True
    assert call("PUT", NEW, body=_body()).status == 200
    patched = content(call("PATCH", NEW.upper(), version="2026-05-15", body={"tags": {}}))
    assert (patched["tags"], patched["properties"]) == ({}, shape["properties"])
    assert content(call("GET", NEW)) == patched
    assert [each["name"] for each in content(call("GET", lab_arm.VAULTS))["value"]] == ["kv-new", "kv-one", "kv-two"]
    in_subscription = lab_arm.VAULTS.replace("/resourceGroups/rg", "")
    assert len(content(call("GET", in_subscription, top="2"))["value"]) == 2
    assert [call("DELETE", NEW).status for _ in range(2)] == [200, 204]
    assert lab_arm.error(call("GET", NEW)) == (404, "ResourceNotFound")
    assert world.service("kv-new.vault.azure.net") is None


@pytest.mark.parametrize(
    ("path", "body", "expected"),
    [
        pytest.param(f"{lab_arm.VAULTS}/1-kv", _body(), (400, "VaultNameNotValid"), id="name"),
        pytest.param(f"{lab_arm.VAULTS}/kv--new", _body(), (400, "VaultNameNotValid"), id="two-hyphens"),
        pytest.param(f"{lab_arm.VAULTS}/kv-far", _body(), (409, "VaultAlreadyExists"), id="of-another-tenant"),
        pytest.param(f"{lab_arm.VAULTS}/kv-two", _body(), (409, "ConflictError"), id="deleted"),
        pytest.param(NEW, {**_body(), "location": "moon"}, (400, "LocationNotAvailableForResourceType"), id="region"),
        pytest.param(NEW, _body(createMode="recover"), (404, "SoftDeletedVaultDoesNotExist"), id="nothing-to-recover"),
    ],
)
def test_refuses_to_make(path: str, body: dict[str, Any], expected: tuple[int, str]) -> None:
    call = lab_arm.caller(lab_arm.world())
    call("DELETE", f"{lab_arm.VAULTS}/kv-two")
    assert lab_arm.error(call("PUT", path, body=body)) == expected


def test_a_deleted_vault_comes_back_with_what_it_held_and_without_its_roles() -> None:
    world = lab_arm.world()
    call, read = lab_arm.caller(world), lab_azure.caller(world)
    assert read("GET", "/secrets/db-password").status == 200
    call("DELETE", ONE)
    elsewhere = {**_body(createMode="recover"), "location": "eastus"}
    assert lab_arm.error(call("PUT", ONE, body=elsewhere)) == (404, "SoftDeletedVaultDoesNotExist")
    assert call("PUT", ONE, body={"location": "westeurope", "properties": {"createMode": "recover"}}).status == 200
    assert read("GET", "/secrets/db-password").status == 403
    assert "db-password" in next(each for each in world.vaults if each.name == "kv-one").objects.secrets.live


def test_access_policies_are_added_and_removed() -> None:
    call = lab_arm.caller(lab_arm.world())
    body = {"properties": {"accessPolicies": [POLICY]}}
    added = call("PUT", f"{ONE}/accessPolicies/add", body=body)
    assert (added.status, len(content(added)["properties"]["accessPolicies"])) == (200, 1)
    assert len(content(call("GET", ONE))["properties"]["accessPolicies"]) == 1
    assert content(call("PUT", f"{ONE}/accessPolicies/remove", body=body))["properties"]["accessPolicies"] == []
    assert lab_arm.error(call("PUT", f"{ONE}/accessPolicies/merge", body=body)) == (400, "BadRequest")
    assert lab_arm.error(call("PUT", f"{NEW}/accessPolicies/add", body=body)) == (404, "ResourceNotFound")


def test_a_change_of_policies_or_model_is_told() -> None:
    world = lab_arm.world()
    told: list[str] = []

    def listen(vault: Vault, _: datetime) -> None:
        told.append(vault.name)

    arm = world._arm
    object.__setattr__(arm, "estate", replace(arm.estate, policies_changed=listen))
    call = lab_arm.caller(world)
    body = {"properties": {"accessPolicies": [POLICY]}}
    call("PUT", f"{ONE}/accessPolicies/add", body=body)
    call("PUT", f"{ONE}/accessPolicies/add", body=body)
    call("PATCH", ONE, body={"properties": {"enableRbacAuthorization": False}})
    call("PATCH", ONE, body={"tags": {"a": "b"}})
    assert told == ["kv-one", "kv-one"]


def test_event_grid_tells_of_it() -> None:
    hook = {"name": "mine", "vault": "kv-one", "endpointUrl": "https://hooks.example/events"}
    world = lab_arm.world(events={"subscriptions": [hook]})
    lab_arm.caller(world)("PATCH", ONE, body={"properties": {"enableRbacAuthorization": False}})
    (delivery,) = world.grid.take(lab_azure.NOW)
    assert json.loads(delivery.body)[0]["eventType"] == "Microsoft.KeyVault.VaultAccessPolicyChanged"


@pytest.mark.parametrize(
    ("name", "available", "reason"),
    [
        pytest.param("kv-new", True, None, id="free"),
        pytest.param("KV-ONE", False, "AlreadyExists", id="taken"),
        pytest.param("kv-two", False, "AlreadyExists", id="deleted"),
        pytest.param("1", False, "AccountNameInvalid", id="no-name"),
    ],
)
def test_names_are_free_or_not(name: str, available: bool, reason: str | None) -> None:
    call = lab_arm.caller(lab_arm.world())
    call("DELETE", f"{lab_arm.VAULTS}/kv-two")
    answer = content(call("POST", CHECK, body={"name": name, "type": "Microsoft.KeyVault/vaults"}))
    assert (answer["nameAvailable"], answer.get("reason")) == (available, reason)


def test_a_name_is_checked_for_a_vault() -> None:
    answer = lab_arm.caller(lab_arm.world())("POST", CHECK, body={"name": "a"})
    assert lab_arm.error(answer) == (400, "InvalidRequestContent")
