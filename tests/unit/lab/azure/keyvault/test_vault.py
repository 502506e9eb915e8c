from dataclasses import fields, replace

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.planting import plant
from keyferry.lab.azure.vault_settings import AccessPolicy, NetworkRules, VaultSettings
from tests.fakes import lab_azure
from tests.fakes.lab_azure import NOW

SEED = seed.parse(lab_azure.document()).vaults[0]


@pytest.mark.parametrize(
    ("days", "protected", "level"),
    [
        pytest.param(90, False, "Recoverable+Purgeable", id="default"),
        pytest.param(90, True, "Recoverable", id="protected"),
        pytest.param(7, False, "CustomizedRecoverable+Purgeable", id="short"),
        pytest.param(7, True, "CustomizedRecoverable", id="short-and-protected"),
    ],
)
def test_recovery_level(days: int, protected: bool, level: str) -> None:
    given = replace(SEED, soft_delete_retention_days=days, purge_protection=protected)
    assert plant(given, PUBLIC, NOW, lab_azure.sources()).recovery_level == level


def test_takes_over_settings() -> None:
    vault = plant(SEED, PUBLIC, NOW, lab_azure.sources())
    settings = VaultSettings(
        sku="premium",
        rbac=False,
        access_policies=(AccessPolicy(tenant_id="t", object_id="o", secrets=("get",)),),
        network=NetworkRules(default_action="Deny"),
        enabled_for_deployment=True,
        enabled_for_disk_encryption=True,
        enabled_for_template_deployment=True,
        tags=(("team", "a"),),
    )
    vault.configure(settings)
    assert {name: getattr(vault, name) for name in settings.__slots__} == asdict_shallow(settings)
    assert vault.subscription_id == SEED.resource_id.split("/")[2]


def asdict_shallow(settings: VaultSettings) -> dict[str, object]:
    return {field.name: getattr(settings, field.name) for field in fields(settings)}
