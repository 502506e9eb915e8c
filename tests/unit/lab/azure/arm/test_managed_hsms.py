import pytest

from tests.fakes import lab_arm
from tests.fakes.lab_azure import content


@pytest.mark.parametrize(
    "place",
    [
        pytest.param(f"{lab_arm.ROOT}/providers/Microsoft.KeyVault/managedHSMs", id="of-a-subscription"),
        pytest.param(f"{lab_arm.GROUP}/providers/Microsoft.KeyVault/managedHSMs", id="of-a-group"),
        pytest.param(f"{lab_arm.ROOT}/providers/Microsoft.KeyVault/deletedManagedHSMs", id="deleted"),
    ],
)
def test_there_are_none(place: str) -> None:
    assert content(lab_arm.caller(lab_arm.world())("GET", place)) == {"value": []}
