import pytest

from tests.fakes import lab_arm
from tests.fakes.lab_azure import READER, content

TYPE = "providers/Microsoft.Authorization/permissions"


@pytest.mark.parametrize(
    ("scope", "number"),
    [
        pytest.param(f"{lab_arm.VAULTS}/kv-one", 1, id="where-it-has-a-role"),
        pytest.param(f"{lab_arm.VAULTS}/kv-one/secrets/a", 1, id="below"),
        pytest.param(lab_arm.GROUP, 0, id="above"),
    ],
)
def test_a_caller_learns_what_it_may_do(scope: str, number: int) -> None:
    value = content(lab_arm.caller(lab_arm.world(), READER)("GET", f"{scope}/{TYPE}"))["value"]
    assert len(value) == number
    assert all("Microsoft.KeyVault/vaults/secrets/getSecret/action" in each["dataActions"] for each in value)


def test_nothing_is_said_of_what_does_not_exist() -> None:
    answer = lab_arm.caller(lab_arm.world())("GET", f"{lab_arm.VAULTS}/none/{TYPE}")
    assert lab_arm.error(answer) == (404, "ResourceNotFound")
