from typing import Any

import pytest

from keyferry.lab.azure.keyvault import backups
from tests.fakes import lab_azure
from tests.fakes.lab_azure import OFFICER, Call, caller, content


def _call(**vault: Any) -> Call:
    document = lab_azure.document()
    document["vaults"][0].update(vault)
    document["roleAssignments"].append(
        {"identity": "officer", "role": "Key Vault Administrator", "scope": "resourceGroups/rg"}
    )
    return caller(lab_azure.azure(vaults=document["vaults"], roleAssignments=document["roleAssignments"]), OFFICER)


def _backup(call: Call, name: str = "versioned") -> Any:
    return content(call("POST", f"/secrets/{name}/backup"))["value"]


def test_a_backup_brings_all_versions_to_another_vault_of_the_subscription() -> None:
    call = _call()
    value = _backup(call)
    restored = call("POST", "/secrets/restore", body={"value": value}, host="kv-two.vault.azure.net")
    assert restored.status == 200
    assert "value" not in content(restored)
    assert content(call("GET", "/secrets/versioned", host="kv-two.vault.azure.net"))["value"] == "v2"
    versions = content(call("GET", "/secrets/versioned/versions", host="kv-two.vault.azure.net"))["value"]
    assert len(versions) == 2


def test_a_backup_is_opaque_and_no_two_are_one() -> None:
    call = _call()
    assert _backup(call) != _backup(call)


@pytest.mark.parametrize(
    ("before", "status", "inner"),
    [
        pytest.param([], 409, None, id="there-already"),
        pytest.param([("DELETE", "/secrets/versioned")], 409, "ObjectIsDeletedButRecoverable", id="deleted"),
        pytest.param(
            [("DELETE", "/secrets/versioned"), ("DELETE", "/deletedsecrets/versioned")], 200, None, id="purged"
        ),
    ],
)
def test_a_restore_needs_a_free_name(before: list[tuple[str, str]], status: int, inner: str | None) -> None:
    call = _call()
    value = _backup(call)
    for method, path in before:
        call(method, path)
    response = call("POST", "/secrets/restore", body={"value": value})
    found = content(response).get("error", {}).get("innererror", {}).get("code")
    assert (response.status, found) == (status, inner)


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="nothing"),
        pytest.param("AAAA", id="too-short"),
        pytest.param("A" * 100, id="forged"),
        pytest.param("!", id="not-base64"),
    ],
)
def test_refuses_what_is_no_backup(value: str | None) -> None:
    response = _call()("POST", "/secrets/restore", body={"value": value})
    assert (response.status, content(response)["error"]["code"]) == (400, "BadParameter")


def test_a_backup_of_another_geography_cannot_be_restored() -> None:
    value = _backup(_call(location="eastus"))
    assert _call()("POST", "/secrets/restore", body={"value": value}).status == 400


def test_a_backup_of_one_kind_is_none_of_another() -> None:
    call = _call()
    assert call("POST", "/keys/restore", body={"value": _backup(call)}).status == 400


def test_too_many_versions_cannot_be_backed_up() -> None:
    many = {"versions": [{"value": "x"}] * (backups.MAX_VERSIONS + 1)}
    response = _call(secrets={"a": many})("POST", "/secrets/a/backup")
    assert response.status == 400
