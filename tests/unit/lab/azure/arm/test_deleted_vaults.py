from tests.fakes import lab_arm
from tests.fakes.lab_azure import content, header, later

PROVIDER = f"{lab_arm.ROOT}/providers/Microsoft.KeyVault"
ONE = f"{PROVIDER}/locations/West Europe/deletedVaults/kv-one"


def test_a_deleted_vault_is_listed_until_it_is_purged() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    call("DELETE", f"{lab_arm.VAULTS}/kv-one")
    (shape,) = content(call("GET", f"{PROVIDER}/deletedVaults"))["value"]
    assert shape["properties"]["vaultId"] == f"{lab_arm.VAULTS}/kv-one"
    assert shape["properties"]["deletionDate"] < shape["properties"]["scheduledPurgeDate"]
    assert content(call("GET", ONE)) == shape
    world.resources.settings.purge_seconds = 5
    purged = call("POST", f"{ONE}/purge")
    assert purged.status == 202
    address = (header(purged, "Location") or "").removeprefix(f"https://{lab_arm.HOST}").partition("?")[0]
    assert [call("GET", address, now=later(seconds=seconds)).status for seconds in (1, 5)] == [202, 200]
    assert lab_arm.error(call("GET", ONE)) == (404, "DeletedVaultNotFound")


def test_purge_protection_forbids_it() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    call("PATCH", f"{lab_arm.VAULTS}/kv-one", body={"properties": {"enablePurgeProtection": True}})
    call("DELETE", f"{lab_arm.VAULTS}/kv-one")
    assert content(call("GET", ONE))["properties"]["purgeProtectionEnabled"] is True
    assert lab_arm.error(call("POST", f"{ONE}/purge")) == (400, "MethodNotAllowed")
    assert content(call("GET", f"{PROVIDER}/deletedVaults", now=later(days=91)))["value"] == []


def test_a_deleted_vault_is_in_one_location() -> None:
    call = lab_arm.caller(lab_arm.world())
    call("DELETE", f"{lab_arm.VAULTS}/kv-one")
    assert lab_arm.error(call("GET", ONE.replace("West Europe", "eastus"))) == (404, "DeletedVaultNotFound")
