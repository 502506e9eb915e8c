"""Vaults by the unmodified azure-mgmt-keyvault."""

from typing import Any

from azure.mgmt.keyvault import KeyVaultManagementClient
from azure.mgmt.keyvault.aio import KeyVaultManagementClient as AsyncKeyVaultManagementClient
from azure.mgmt.keyvault.models import (
    AccessPolicyEntry,
    Permissions,
    Sku,
    VaultAccessPolicyParameters,
    VaultAccessPolicyProperties,
    VaultCheckNameAvailabilityParameters,
    VaultCreateOrUpdateParameters,
    VaultPatchParameters,
    VaultPatchProperties,
    VaultProperties,
)

from tests.fakes import arm_clients, lab_azure
from tests.fakes.azure_world import World


def _parameters(**properties: Any) -> VaultCreateOrUpdateParameters:
    sku = Sku(family="A", name="standard")
    given = VaultProperties(tenant_id=lab_azure.TENANT, sku=sku, **properties)
    return VaultCreateOrUpdateParameters(location="westeurope", properties=given)


async def test_a_vault_comes_changes_goes_and_comes_back(world: World) -> None:
    client: Any = arm_clients.blocking(world, KeyVaultManagementClient)

    def work() -> None:
        vaults = client.vaults
        made = vaults.begin_create_or_update("rg", "kv-new", _parameters()).result()
        assert made.properties.vault_uri == "https://kv-new.vault.azure.net/"
        assert made.properties.enable_rbac_authorization is True
        again = vaults.begin_create_or_update("rg", "kv-new", _parameters()).result()
        assert again.properties.provisioning_state == "Succeeded"
        patch = VaultPatchParameters(
            tags={"a": "b"}, properties=VaultPatchProperties(enable_rbac_authorization=False, access_policies=[])
        )
        assert vaults.update("rg", "kv-new", patch).properties.enable_rbac_authorization is False
        assert [each.name for each in vaults.list_by_resource_group("rg", top=1)] == ["kv-new", "kv-one", "kv-two"]
        assert len(list(vaults.list_by_subscription())) == 3
        assert {each.name for each in vaults.list()} == {"kv-new", "kv-one", "kv-two"}
        vaults.delete("rg", "kv-new")
        vaults.delete("rg", "kv-new")
        assert vaults.get_deleted("kv-new", "westeurope").properties.vault_id == made.id
        taken = arm_clients.refused(lambda: vaults.begin_create_or_update("rg", "kv-new", _parameters()).result())
        assert taken == (409, "ConflictError")
        back = vaults.begin_create_or_update("rg", "kv-new", _parameters(create_mode="recover")).result()
        assert back.tags == {"a": "b"}
        assert list(vaults.list_deleted()) == []

    await arm_clients.run(work)


async def test_a_vault_is_polled_until_its_name_is_in_dns(world: World) -> None:
    client: Any = arm_clients.blocking(world, KeyVaultManagementClient)
    world.azure.resources.settings.vault_dns_seconds = 1

    def work() -> None:
        poller = client.vaults.begin_create_or_update("rg", "kv-new", _parameters())
        assert poller.status() in ("InProgress", "RegisteringDns")
        assert poller.result().properties.provisioning_state == "Succeeded"

    await arm_clients.run(work)


async def test_purge_is_polled_and_frees_the_name(world: World) -> None:
    client: Any = arm_clients.blocking(world, KeyVaultManagementClient)

    def work() -> None:
        vaults = client.vaults
        name = VaultCheckNameAvailabilityParameters(name="kv-two")
        vaults.delete("rg", "kv-two")
        assert vaults.check_name_availability(name).name_available is False
        vaults.begin_purge_deleted("kv-two", "westeurope").result()
        assert vaults.check_name_availability(name).name_available is True

    await arm_clients.run(work)


async def test_an_access_policy_opens_a_vault_without_rbac(world: World) -> None:
    client: Any = arm_clients.blocking(world, KeyVaultManagementClient)
    principal = world.azure.directory.identities[0].principal_id
    entry = AccessPolicyEntry(tenant_id=lab_azure.TENANT, object_id=principal, permissions=Permissions(secrets=["get"]))

    def work() -> None:
        off = VaultPatchParameters(properties=VaultPatchProperties(enable_rbac_authorization=False))
        client.vaults.update("rg", "kv-two", off)
        given = VaultAccessPolicyParameters(properties=VaultAccessPolicyProperties(access_policies=[entry]))
        changed = client.vaults.update_access_policy("rg", "kv-two", "add", given)
        assert [each.object_id for each in changed.properties.access_policies] == [principal]

    await arm_clients.run(work)
    async with (
        world.credential() as credential,
        world.secrets(credential, "https://kv-two.vault.azure.net") as secrets,
    ):
        assert len((await secrets.get_secret("alone")).value or "") == 20


async def test_an_older_version_makes_vaults_without_rbac(world: World) -> None:
    client: Any = arm_clients.blocking(world, KeyVaultManagementClient, api_version="2023-07-01")

    def work() -> None:
        made = client.vaults.begin_create_or_update("rg", "kv-new", _parameters(access_policies=[])).result()
        assert made.properties.enable_rbac_authorization is False

    await arm_clients.run(work)


async def test_the_same_by_awaiting(world: World) -> None:
    async with arm_clients.waiting(world, AsyncKeyVaultManagementClient) as client:
        poller = await client.vaults.begin_create_or_update("rg", "kv-new", _parameters())
        assert (await poller.result()).name == "kv-new"
        await client.vaults.delete("rg", "kv-new")
        assert [each.name async for each in client.vaults.list_deleted()] == ["kv-new"]
        await (await client.vaults.begin_purge_deleted("kv-new", "westeurope")).result()
