from datetime import timedelta

from keyferry.lab.azure.eventgrid import source
from keyferry.lab.azure.eventgrid.knobs import Knobs
from tests.fakes import lab_arm, lab_azure
from tests.fakes.lab_azure import NOW, OFFICER, caller
from tests.fakes.lab_grid import HOOK, types


def test_a_secret_that_is_set_is_told() -> None:
    world = lab_azure.azure()
    vault = world.vaults.by_name("kv-one")
    assert vault is not None
    topic = f"{vault.resource_id}/providers/Microsoft.EventGrid/eventSubscriptions/mine"
    world.grid.subscriptions.plant(topic, source.of(vault), HOOK, NOW)
    assert caller(world, OFFICER)("PUT", "/secrets/db-password", body={"value": "second"}).status == 200
    assert types(world.grid.take(NOW)) == ["SecretNewVersionCreated"]


def test_only_vaults_and_tenants_that_exist_are_known() -> None:
    world = lab_azure.azure()
    world.grid.access_policy_changed("none", NOW)
    assert world.grid.tokens.issuer("none") is None
    assert world.grid.tokens.issuer(lab_azure.TENANT) == f"https://sts.windows.net/{lab_azure.TENANT}/"
    bearer = world.grid.tokens.bearer(lab_azure.TENANT, "api://hook", "principal", NOW)
    assert len(bearer.split(".")) == 3


def test_declared_subscriptions_are_there_and_agreed() -> None:
    declared = {
        "name": "mine",
        "vault": "kv-one",
        "endpointUrl": "https://hooks.example/",
        "eventTypes": ["Microsoft.KeyVault.SecretNewVersionCreated"],
        "maxEventsPerBatch": 5,
        "deadLetters": True,
        "token": {"tenantId": lab_azure.TENANT, "audience": "api://hook"},
    }
    world = lab_azure.azure(
        events={"subscriptions": [declared, {**declared, "name": "plain", "deadLetters": False}], "retrySeconds": [7]}
    )
    kept, plain = world.grid.state.subscriptions.values()
    assert (kept.live, kept.name, kept.definition.destination.audience) == (True, "mine", "api://hook")
    assert kept.definition.dead_letter is not None
    assert plain.definition.dead_letter is None
    assert world.grid.knobs == Knobs(schedule=(timedelta(seconds=7),))
    caller(world, OFFICER)("PUT", "/secrets/db-password", body={"value": "second"})
    assert len(world.grid.take(NOW)) == 2


def test_changed_access_policies_are_told() -> None:
    world = lab_arm.world()
    call = lab_arm.caller(world)
    vault = world.vaults.by_name("kv-one")
    assert vault is not None
    vault.rbac = False
    topic = f"{vault.resource_id}/providers/Microsoft.EventGrid/eventSubscriptions/mine"
    world.grid.subscriptions.plant(topic, source.of(vault), HOOK, NOW)
    policy = {"tenantId": lab_azure.TENANT, "objectId": lab_azure.READER, "permissions": {"secrets": ["get"]}}
    body = {"properties": {"accessPolicies": [policy]}}
    assert call("PUT", f"{vault.resource_id}/accessPolicies/add", body=body).status in (200, 201)
    assert types(world.grid.take(NOW)) == ["VaultAccessPolicyChanged"]
