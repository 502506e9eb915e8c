from keyferry.lab.azure import seed
from keyferry.lab.azure.arm import planting
from tests.fakes import lab_arm, lab_azure

WORKSPACE = f"{lab_arm.GROUP}/providers/Microsoft.OperationalInsights/workspaces/logs"


def test_every_resource_has_its_group() -> None:
    state = planting.plant(seed.parse(lab_azure.document()))
    assert lab_arm.GROUP.lower() in state.groups
    assert {group.name for group in state.groups.values()} == {"rg", "rg-keyferry-lab"}
    assert len(state.groups) == 3  # the default group of two tenants


def test_what_is_declared_for_arm_is_there() -> None:
    cluster = {"name": "aks", "tenantId": lab_azure.TENANT, "resourceGroup": "rg-aks", "identityBindings": ["reader"]}
    document = lab_azure.document(
        resourceGroups=[{"name": "rg", "tenantId": lab_azure.TENANT, "location": "eastus", "tags": {"a": "b"}}],
        managedClusters=[cluster],
        diagnosticSettings=[{"vault": "kv-one", "workspaceId": WORKSPACE}],
        arm={"purgeSeconds": 5, "unregisteredProviders": ["Microsoft.EventGrid"]},
    )
    state = planting.plant(seed.parse(document))
    assert (state.groups[lab_arm.GROUP.lower()].location, state.groups[lab_arm.GROUP.lower()].tags) == (
        "eastus",
        {"a": "b"},
    )
    (planted,) = state.clusters.values()
    assert (planted.issuer_url, planted.workload_identity) == (lab_azure.ISSUER, True)
    assert [pool["mode"] for pool in planted.properties["agentPoolProfiles"]] == ["System"]
    assert [each.identity_id for each in state.bindings.values()] == [f"{lab_arm.IDENTITIES}/reader"]
    (setting,) = state.diagnostics.values()
    assert setting.properties["workspaceId"] == WORKSPACE
    assert state.settings.purge_seconds == 5
    assert f"{lab_arm.SUBSCRIPTION}/microsoft.eventgrid" in state.unregistered
