import pytest

from keyferry.lab.azure import clouds
from keyferry.lab.azure.registries import access
from tests.fakes import lab_azure, lab_registries
from tests.fakes.lab_azure import ARM_SCOPE, NOW, OFFICER, READER, STRANGER, VAULT_SCOPE

ACR_SCOPE = "https://containerregistry.azure.net/.default"


@pytest.mark.parametrize(
    ("number", "client", "scope", "is_known"),
    [
        pytest.param(0, READER, ARM_SCOPE, True, id="a-token-for-arm"),
        pytest.param(0, READER, ACR_SCOPE, True, id="a-token-for-registries"),
        pytest.param(0, READER, VAULT_SCOPE, False, id="a-token-for-vaults"),
        pytest.param(1, READER, ARM_SCOPE, False, id="arm-where-that-is-switched-off"),
        pytest.param(1, READER, ACR_SCOPE, True, id="its-own-where-arm-is-switched-off"),
        pytest.param(0, STRANGER, ARM_SCOPE, False, id="another-tenant"),
    ],
)
def test_who_is_known(number: int, client: str, scope: str, is_known: bool) -> None:
    world = lab_registries.azure()
    seed = lab_azure.declared(registries=lab_registries.REGISTRIES).registries[number]
    token = lab_azure.access_token(world, client, scope)
    caller = access.caller_of(token, seed, clouds.PUBLIC, world.tokens, NOW)
    assert (caller is not None) is is_known


def test_a_forged_token_is_nobodys() -> None:
    world = lab_registries.azure()
    seed = lab_azure.declared(registries=lab_registries.REGISTRIES).registries[0]
    assert access.caller_of("x.y.z", seed, clouds.PUBLIC, world.tokens, NOW) is None


@pytest.mark.parametrize(
    ("client", "allowed"),
    [pytest.param(READER, {"pull"}, id="AcrPull"), pytest.param(OFFICER, {"pull", "push"}, id="AcrPush")],
)
def test_what_roles_allow(client: str, allowed: set[str]) -> None:
    world = lab_registries.azure()
    seed = lab_azure.declared(registries=lab_registries.REGISTRIES).registries[0]
    found = world.directory.client(lab_azure.TENANT, client, NOW)
    assert found is not None
    assert access.allowed(found.principal_id, seed, world.assignments) == allowed
