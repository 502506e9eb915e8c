import pytest

from keyferry.lab.azure.built_in_roles import ROLES

VAULTS = "Microsoft.KeyVault/vaults"
BY_NAME = {role.name: role for role in ROLES}


@pytest.mark.parametrize(
    ("name", "allowed", "denied"),
    [
        pytest.param("Key Vault Crypto User", "keys/sign/action", "keys/delete", id="uses-keys"),
        pytest.param("Key Vault Crypto Officer", "keys/delete", "secrets/delete", id="manages-keys"),
        pytest.param("Key Vault Crypto Service Encryption User", "keys/wrap/action", "keys/sign/action", id="wraps"),
        pytest.param("Key Vault Crypto Service Release User", "keys/release/action", "keys/read", id="releases"),
        pytest.param("Key Vault Certificate User", "certificates/read", "certificates/delete", id="reads-certificates"),
        pytest.param(
            "Key Vault Certificates Officer", "certificatecas/write", "secrets/getSecret/action", id="officer"
        ),
        pytest.param("Key Vault Reader", "keys/read", "secrets/getSecret/action", id="reader"),
    ],
)
def test_what_a_role_may_do_with_what_vaults_hold(name: str, allowed: str, denied: str) -> None:
    assert BY_NAME[name].allows_data(f"{VAULTS}/{allowed}")
    assert not BY_NAME[name].allows_data(f"{VAULTS}/{denied}")


@pytest.mark.parametrize(
    ("name", "allowed", "denied"),
    [
        pytest.param("Key Vault Reader", f"{VAULTS}/read", f"{VAULTS}/write", id="reader"),
        pytest.param(
            "Key Vault Contributor",
            f"{VAULTS}/write",
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            id="contributor-purges-nothing",
        ),
        pytest.param(
            "Key Vault Purge Operator",
            "Microsoft.KeyVault/locations/deletedVaults/purge/action",
            f"{VAULTS}/delete",
            id="purge-operator",
        ),
        pytest.param(
            "Key Vault Data Access Administrator",
            "Microsoft.Authorization/roleAssignments/write",
            f"{VAULTS}/write",
            id="grants",
        ),
    ],
)
def test_what_a_role_may_do_with_vaults(name: str, allowed: str, denied: str) -> None:
    assert BY_NAME[name].allows(allowed)
    assert not BY_NAME[name].allows(denied)


def test_the_access_administrator_grants_eight_roles() -> None:
    condition = BY_NAME["Key Vault Data Access Administrator"].condition
    assert sum(role.id in condition for role in ROLES) == 8
