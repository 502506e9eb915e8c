from typing import Any

import pytest

from keyferry.lab.azure.seed.fields import SeedError
from tests.fakes import lab_azure
from tests.fakes.lab_azure import TENANT


def declared(**fields: Any) -> Any:
    return lab_azure.declared(registries=[{"name": "ExampleReg", "tenantId": TENANT} | fields]).registries[0]


def test_a_registry_has_a_place() -> None:
    found = declared(resourceGroup="rg", repositories=["team/app"])
    assert found.resource_id.endswith("/resourceGroups/rg/providers/Microsoft.ContainerRegistry/registries/ExampleReg")
    assert (found.repositories, found.takes_arm_tokens, found.tenant_id) == (("team/app",), True, TENANT)


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        pytest.param({"name": "a-b-c-d"}, "5 to 50 letters and digits", id="name"),
        pytest.param({"repositories": ["Team/App"]}, "no name of one", id="repository"),
        pytest.param({"repos": []}, "not known here", id="misspelt"),
    ],
)
def test_tells_what_is_wrong(fields: dict[str, Any], words: str) -> None:
    with pytest.raises(SeedError, match=words):
        declared(**fields)


def test_a_name_is_given_once() -> None:
    twins = [{"name": "examplereg", "tenantId": TENANT}, {"name": "ExampleReg", "tenantId": TENANT}]
    with pytest.raises(SeedError, match="twice"):
        lab_azure.declared(registries=twins)


def test_roles_can_be_assigned_there() -> None:
    roles = [{"identity": "reader", "role": "AcrPull", "scope": "registries/EXAMPLEREG"}]
    seed = lab_azure.declared(registries=[{"name": "ExampleReg", "tenantId": TENANT}], roleAssignments=roles)
    assert seed.role_assignments[0].scope == seed.registries[0].resource_id
