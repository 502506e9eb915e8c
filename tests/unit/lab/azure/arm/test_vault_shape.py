from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import content, header, later

NEW = f"{lab_arm.VAULTS}/kv-new"
ONE = f"{lab_arm.VAULTS}/kv-one"
BODY = {
    "location": "westeurope",
    "properties": {"tenantId": lab_azure.TENANT, "sku": {"family": "A", "name": "standard"}},
}


def test_a_vault_without_purge_protection_does_not_speak_of_it() -> None:
    assert "enablePurgeProtection" not in content(lab_arm.caller(lab_arm.world())("GET", ONE))["properties"]


def test_a_new_vaults_name_comes_into_dns_after_a_while() -> None:
    world = lab_arm.world()
    world.resources.settings.vault_dns_seconds = 30
    call = lab_arm.caller(world)
    made = call("PUT", NEW, body=BODY)
    assert (content(made)["properties"]["provisioningState"], header(made, "Retry-After")) == ("RegisteringDns", "1")
    assert content(call("GET", NEW, now=later(seconds=30)))["properties"]["provisioningState"] == "Succeeded"


def test_a_vault_that_was_always_there_has_no_beginning() -> None:
    world = lab_arm.world()
    shape = content(lab_arm.caller(world)("GET", ONE))
    assert "createdAt" in shape["systemData"]
    for vault in world.vaults:
        vault.created = None
    assert "systemData" not in content(lab_arm.caller(world)("GET", ONE))
