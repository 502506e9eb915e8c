import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed.fields import SeedError
from keyferry.lab.azure.seed.scopes import Scopes
from tests.fakes import lab_azure

SEED = seed.parse(
    lab_azure.document(
        resourceGroups=[{"name": "rg-empty", "tenantId": lab_azure.TENANT}],
        managedClusters=[{"name": "aks-one", "tenantId": lab_azure.TENANT, "resourceGroup": "rg-aks"}],
    )
)
SCOPES = Scopes(
    tenants=SEED.tenants, vaults=SEED.vaults, identities=SEED.identities, principals=SEED.identities, arm=SEED.arm
)
SUBSCRIPTION = f"/subscriptions/{SEED.tenants[0].subscription_id}"
GROUP = f"{SUBSCRIPTION}/resourceGroups/rg"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-one"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("vaults/kv-one", VAULT, id="vault"),
        pytest.param("vaults/KV-ONE", VAULT, id="name-without-case"),
        pytest.param("vaults/kv-one/secrets/db", f"{VAULT}/secrets/db", id="secret"),
        pytest.param("identities/reader", SEED.identities[0].resource_id, id="identity"),
        pytest.param("resourceGroups/rg", GROUP, id="group"),
        pytest.param("resourceGroups/rg-empty", f"{SUBSCRIPTION}/resourceGroups/rg-empty", id="declared-group"),
        pytest.param("resourceGroups/RG-AKS", f"{SUBSCRIPTION}/resourceGroups/rg-aks", id="a-cluster's-group"),
        pytest.param("managedClusters/aks-one", SEED.arm.clusters[0].resource_id, id="cluster"),
        pytest.param(f"{SUBSCRIPTION}/resourceGroups/rg/", GROUP, id="in-full"),
        pytest.param(SUBSCRIPTION, SUBSCRIPTION, id="subscription"),
    ],
)
def test_scope(text: str, expected: str) -> None:
    assert SCOPES.scope(text, "p") == expected


def test_principal_and_role_go_by_name() -> None:
    assert SCOPES.principal("Reader", "p") == SEED.identities[0].principal_id
    assert SCOPES.role("key vault secrets user", "p") == "4633458b-17de-408a-b874-0445c86b69e6"


def test_what_is_not_declared_is_refused() -> None:
    for look, name in (
        (SCOPES.scope, "vaults/none"),
        (SCOPES.scope, "everything"),
        (SCOPES.principal, "nobody"),
        (SCOPES.role, "Root"),
    ):
        with pytest.raises(SeedError) as refusal:
            look(name, "path")
        assert refusal.value.path == "path"
