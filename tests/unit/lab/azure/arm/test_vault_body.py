from typing import Any

import pytest

from keyferry.lab.azure.arm import vault_body
from keyferry.lab.azure.arm.answers import RefusedError
from keyferry.lab.azure.keyvault.vault import Vault
from tests.fakes import lab_azure

TENANT = lab_azure.TENANT
NEW, OLD = "2026-05-15", "2023-07-01"


def _content(**properties: Any) -> dict[str, Any]:
    given = {"tenantId": TENANT, "sku": {"family": "A", "name": "standard"}, "accessPolicies": [], **properties}
    return {"location": "westeurope", "properties": {key: value for key, value in given.items() if value is not ...}}


def _read(content: dict[str, Any], current: Vault | None = None, version: str = NEW) -> vault_body.VaultBody:
    return vault_body.read(content, current, version, TENANT, whole=True)


def _vault(**changes: Any) -> Vault:
    vault = next(iter(lab_azure.azure().vaults))
    for name, value in changes.items():
        setattr(vault, name, value)
    return vault


@pytest.mark.parametrize(
    ("version", "current", "written", "expected"),
    [
        pytest.param(NEW, None, ..., True, id="new-vault-of-a-new-version"),
        pytest.param(OLD, None, ..., False, id="new-vault-of-an-old-version"),
        pytest.param(OLD, None, True, True, id="said"),
        pytest.param(NEW, None, False, False, id="said-not"),
        pytest.param(NEW, False, ..., False, id="an-update-changes-nothing"),
        pytest.param(OLD, True, None, True, id="null-changes-nothing"),
    ],
)
def test_the_permission_model(version: str, current: bool | None, written: object, expected: bool) -> None:
    vault = None if current is None else _vault(rbac=current)
    assert _read(_content(enableRbacAuthorization=written), vault, version).settings.rbac is expected


def test_what_is_left_out_is_the_default() -> None:
    body = _read(_content())
    assert (body.retention_days, body.purge_protection, body.public_network_access) == (90, False, True)
    assert (body.settings.sku, body.settings.tags, body.settings.network.default_action) == ("standard", (), "Allow")


def test_what_an_update_leaves_out_stays() -> None:
    vault = _vault(purge_protection=True, public_network_access=False, sku="premium", tags=(("a", "b"),))
    body = vault_body.read({}, vault, NEW, TENANT, whole=False)
    assert (body.purge_protection, body.public_network_access) == (True, False)
    assert (body.settings.sku, body.settings.tags) == ("premium", (("a", "b"),))


def test_what_is_said_counts() -> None:
    body = _read(
        _content(
            sku={"family": "a", "name": "Premium"},
            enabledForDeployment=True,
            enableSoftDelete=True,
            enablePurgeProtection=True,
            softDeleteRetentionInDays=7,
            publicNetworkAccess="disabled",
            networkAcls={"defaultAction": "Deny"},
        )
    )
    assert (body.settings.sku, body.settings.enabled_for_deployment) == ("premium", True)
    assert (body.purge_protection, body.retention_days, body.public_network_access) == (True, 7, False)
    assert body.settings.network.default_action == "Deny"


@pytest.mark.parametrize(
    ("properties", "current"),
    [
        pytest.param({"tenantId": ...}, None, id="no-tenant"),
        pytest.param({"tenantId": lab_azure.OTHER_TENANT}, None, id="another-tenant"),
        pytest.param({"sku": ...}, None, id="no-sku"),
        pytest.param({"sku": {"family": "B", "name": "standard"}}, None, id="another-family"),
        pytest.param({"sku": {"family": "A", "name": "deluxe"}}, None, id="another-sku"),
        pytest.param({"accessPolicies": ..., "enableRbacAuthorization": False}, None, id="no-policies"),
        pytest.param({"enableSoftDelete": False}, None, id="no-soft-delete"),
        pytest.param({"enablePurgeProtection": False}, None, id="purge-protection-false"),
        pytest.param({"enablePurgeProtection": False}, {"purge_protection": True}, id="purge-protection-undone"),
        pytest.param({"softDeleteRetentionInDays": 6}, None, id="too-few-days"),
        pytest.param({"softDeleteRetentionInDays": 91}, None, id="too-many-days"),
        pytest.param({"softDeleteRetentionInDays": True}, None, id="days-no-number"),
        pytest.param({"softDeleteRetentionInDays": 30}, {}, id="days-changed"),
        pytest.param({"publicNetworkAccess": "Maybe"}, None, id="network-access"),
    ],
)
def test_refuses(properties: dict[str, Any], current: dict[str, Any] | None) -> None:
    with pytest.raises(RefusedError) as refusal:
        _read(_content(**properties), None if current is None else _vault(**current))
    assert (refusal.value.status, refusal.value.code) == (400, "BadRequest")


def test_a_flag_is_true_or_false() -> None:
    with pytest.raises(RefusedError) as refusal:
        _read(_content(enabledForDeployment="yes"))
    assert refusal.value.code == "InvalidRequestContent"


def test_a_put_may_ask_for_a_deleted_vault_back() -> None:
    assert vault_body.is_recovery(_content(createMode="recover"))
    assert not vault_body.is_recovery(_content())
    with pytest.raises(RefusedError):
        vault_body.is_recovery(_content(createMode="new"))
