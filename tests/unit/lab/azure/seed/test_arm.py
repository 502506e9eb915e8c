from typing import Any

import pytest

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed.resources import ArmSeed
from tests.fakes import lab_azure

WORKSPACE = (
    "/subscriptions/99999999-9999-4999-8999-999999999999/resourceGroups/logs"
    "/providers/Microsoft.OperationalInsights/workspaces/logs"
)


def _arm(**changes: Any) -> ArmSeed:
    return seed.parse(lab_azure.document(**changes)).arm


def _cluster(**changes: Any) -> dict[str, Any]:
    return {"name": "aks-one", "tenantId": lab_azure.TENANT, "resourceGroup": "rg", **changes}


def test_a_group_has_a_place_and_tags() -> None:
    group = {"name": "rg-empty", "tenantId": lab_azure.TENANT, "location": "eastus", "tags": {"a": "b"}}
    (parsed,) = _arm(resourceGroups=[group]).groups
    assert parsed.id.endswith("/resourceGroups/rg-empty")
    assert (parsed.location, parsed.tags) == ("eastus", (("a", "b"),))


@pytest.mark.parametrize(
    ("changes", "issuer"),
    [
        pytest.param({}, lab_azure.ISSUER, id="the-labs-own"),
        pytest.param({"issuer": "https://oidc.example/x/"}, "https://oidc.example/x/", id="another"),
        pytest.param({"oidcIssuer": False, "workloadIdentity": False}, "", id="off"),
    ],
)
def test_a_cluster_has_an_issuer(changes: dict[str, Any], issuer: str) -> None:
    (cluster,) = _arm(managedClusters=[_cluster(**changes)]).clusters
    assert (cluster.issuer_url, cluster.location) == (issuer, "westeurope")


def test_a_cluster_binds_identities() -> None:
    (cluster,) = _arm(managedClusters=[_cluster(identityBindings=["Reader"])]).clusters
    assert cluster.bindings[0].endswith("/userAssignedIdentities/reader")


def test_a_vaults_log_goes_to_one_place() -> None:
    (setting,) = _arm(diagnosticSettings=[{"vault": "KV-one", "workspaceId": WORKSPACE}]).diagnostic_settings
    assert (setting.name, setting.destination) == ("audit", ("workspaceId", WORKSPACE))
    assert setting.vault_id.endswith("/vaults/kv-one")
    assert setting.categories == ("AuditEvent",)


def test_arm_behaves_as_told() -> None:
    parsed = _arm(
        arm={
            "vaultDnsSeconds": 1,
            "purgeSeconds": 2,
            "credentialWriteSeconds": 3,
            "throttleCredentialWrites": True,
            "unregisteredProviders": ["Microsoft.KeyVault"],
        }
    )
    settings = parsed.settings
    assert (settings.vault_dns_seconds, settings.purge_seconds, settings.credential_write_seconds) == (1, 2, 3)
    assert (settings.throttle_credential_writes, parsed.unregistered) == (True, ("Microsoft.KeyVault",))


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        pytest.param(
            {"resourceGroups": [{"name": "a b", "tenantId": lab_azure.TENANT}]}, "resourceGroups[0].name", id="group"
        ),
        pytest.param({"managedClusters": [_cluster(name="-a")]}, "managedClusters[0].name", id="cluster"),
        pytest.param({"managedClusters": [_cluster(issuer="http://a")]}, "managedClusters[0].issuer", id="issuer"),
        pytest.param(
            {"managedClusters": [_cluster(oidcIssuer=False)]},
            "managedClusters[0].workloadIdentity",
            id="workload-identity-without-issuer",
        ),
        pytest.param(
            {"managedClusters": [_cluster(identityBindings=["none"])]},
            "managedClusters[0].identityBindings[0]",
            id="unknown-identity",
        ),
        pytest.param({"managedClusters": [_cluster(), _cluster()]}, "managedClusters", id="twice"),
        pytest.param(
            {"diagnosticSettings": [{"vault": "none", "workspaceId": WORKSPACE}]},
            "diagnosticSettings[0].vault",
            id="unknown-vault",
        ),
        pytest.param({"diagnosticSettings": [{"vault": "kv-one"}]}, "diagnosticSettings[0]", id="no-destination"),
        pytest.param(
            {"diagnosticSettings": [{"vault": "kv-one", "workspaceId": "logs"}]},
            "diagnosticSettings[0].workspaceId",
            id="destination-no-id",
        ),
        pytest.param({"arm": {"moon": 1}}, "arm.moon", id="unknown-key"),
        pytest.param(
            {"arm": {"unregisteredProviders": ["KeyVault"]}}, "arm.unregisteredProviders[0]", id="no-namespace"
        ),
    ],
)
def test_refuses(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(seed.SeedError) as refusal:
        _arm(**changes)
    assert refusal.value.path == path
