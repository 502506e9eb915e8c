import hashlib
import uuid
from dataclasses import replace

import pytest

from keyferry.provision.arm import addresses
from keyferry.spec.estate.estate import Cloud, ExistingAks, ExistingIdentity, ExistingVault, NewAks, NewIdentity
from tests.fakes import estates
from tests.fakes.estates import SUBSCRIPTION, site, small, vault

AZURE = small().azure
OTHER = "00000000-0000-4000-8000-000000000002"
GROUPS = f"/subscriptions/{SUBSCRIPTION}/resourceGroups"


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        pytest.param(addresses.group(AZURE), f"{GROUPS}/rg-shops", id="the-estates-group"),
        pytest.param(
            addresses.cluster(AZURE, ExistingAks(name="aks", resource_group="rg-aks")),
            f"{GROUPS}/rg-aks/providers/Microsoft.ContainerService/managedClusters/aks",
            id="a-cluster-that-is-there",
        ),
        pytest.param(
            addresses.cluster(AZURE, NewAks(name="aks", kubernetes_version="", vm_size="", node_count=1)),
            f"{GROUPS}/rg-shops/providers/Microsoft.ContainerService/managedClusters/aks",
            id="a-cluster-that-is-made",
        ),
        pytest.param(
            addresses.vault(AZURE, vault("kv")),
            f"{GROUPS}/rg-shops/providers/Microsoft.KeyVault/vaults/kv",
            id="a-vault-that-is-made",
        ),
        pytest.param(
            addresses.vault(AZURE, ExistingVault(name="kv", resource_group="rg", subscription_id=OTHER)),
            f"/subscriptions/{OTHER}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv",
            id="a-vault-elsewhere",
        ),
        pytest.param(
            addresses.identity(AZURE, NewIdentity(name="id")),
            f"{GROUPS}/rg-shops/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
            id="an-identity-that-is-made",
        ),
        pytest.param(
            addresses.identity(AZURE, ExistingIdentity(name="id", resource_group="rg")),
            f"{GROUPS}/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/id",
            id="an-identity-that-is-there",
        ),
        pytest.param(
            addresses.role(f"{GROUPS}/rg/providers/Microsoft.KeyVault/vaults/kv", "4633"),
            f"/subscriptions/{SUBSCRIPTION}/providers/Microsoft.Authorization/roleDefinitions/4633",
            id="a-role-by-the-scopes-subscription",
        ),
    ],
)
def test_ids_are_as_azure_has_them(found: str, expected: str) -> None:
    assert found == expected


def test_an_assignment_is_called_as_in_terraform() -> None:
    """deploy/terraform/modules/site: uuidv5("url", "scope|role|principal"), the scope in lower case."""
    name = uuid.uuid5(uuid.NAMESPACE_URL, "/kv|reader|p")
    assert addresses.assignment("/KV", "reader", "p") == f"/KV/providers/Microsoft.Authorization/roleAssignments/{name}"


def test_a_credential_is_called_as_in_terraform() -> None:
    """deploy/terraform/modules/site: readable, without full stops, and a digest of cluster and subject."""
    wanted = site("a", namespace="shop", service_account=f"web.{'x' * 120}")
    digest = hashlib.sha256(f"aks\n{wanted.subject}".encode()).hexdigest()[:8]
    name = addresses.credential_name("aks", wanted)
    assert name == f"shop-web-{'x' * 91}-{digest}"
    assert len(name) <= 120
    assert addresses.credential_name("other", wanted) != name


def test_vaults_of_other_subscriptions_are_foreign() -> None:
    there = ExistingVault(name="kv", resource_group="rg", subscription_id=SUBSCRIPTION.upper())
    assert not addresses.is_foreign(AZURE, there)
    assert not addresses.is_foreign(AZURE, estates.vault())
    assert addresses.is_foreign(AZURE, replace(there, subscription_id=OTHER))


def test_the_address_of_a_vault_is_of_its_cloud() -> None:
    china = replace(AZURE, cloud=Cloud.CHINA)
    assert addresses.vault_url(china, "KV-one") == "https://kv-one.vault.azure.cn"
