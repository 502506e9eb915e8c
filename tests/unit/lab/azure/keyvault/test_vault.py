from dataclasses import replace

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.clouds import PUBLIC
from keyferry.lab.azure.keyvault.planting import plant
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
