from pathlib import Path
from typing import Any

import pytest
import yaml

from keyferry.lab.azure import seed
from keyferry.lab.azure.seed.declaration import DelaysSeed, EntraSeed, Knobs
from keyferry.lab.azure.seed.fields import SeedError
from tests.fakes import lab_azure

EXAMPLES = Path(__file__).parents[5] / "examples"
TENANT = {"id": lab_azure.TENANT}
CREDENTIAL = {"name": "one", "issuer": "https://i", "subject": "s"}


def _vault(**changes: Any) -> dict[str, Any]:
    return {"tenants": [TENANT], "vaults": [{"name": "kv-a", **changes}]}


def _identity(*credentials: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {"tenants": [TENANT], "identities": [{"name": "one", "federatedCredentials": list(credentials), **changes}]}


def test_the_example_declares_what_the_example_manifests_use() -> None:
    declared = seed.parse(yaml.safe_load((EXAMPLES / "lab.yaml").read_text()))
    manifests = "".join(path.read_text() for path in EXAMPLES.glob("*.yaml") if path.name != "lab.yaml")
    clients = {each.client_id for each in declared.identities if each.name != "platform-engineer"}
    assert all(client_id in manifests for client_id in clients)
    named = (f"https://{vault.name}.vault.azure.net" in manifests for vault in declared.vaults)
    mounted = (f'keyvaultName: "{vault.name}"' in manifests for vault in declared.vaults)
    assert all(one or other for one, other in zip(named, mounted, strict=True))
    assert all(
        each.issuer == declared.cluster_issuer for item in declared.identities for each in item.federated_credentials
    )
    assert {len(vault.secrets) for vault in declared.vaults} == {1, 2, 30}


def test_fills_in_what_is_left_out() -> None:
    parsed = seed.parse({"tenants": [TENANT], "vaults": [{"name": "kv-a"}], "identities": [{"name": "one"}]})
    (tenant,), (vault,), (identity,) = parsed.tenants, parsed.vaults, parsed.identities
    assert (tenant.cloud.name, tenant.domain) == ("AzurePublicCloud", f"{lab_azure.TENANT}.onmicrosoft.com")
    assert (vault.soft_delete_retention_days, vault.purge_protection, vault.public_network_access) == (90, False, True)
    assert vault.knobs == Knobs()
    assert vault.resource_id == (
        f"/subscriptions/{tenant.subscription_id}/resourceGroups/rg-keyferry-lab/providers/Microsoft.KeyVault/vaults/kv-a"
    )
    assert len({identity.client_id, identity.principal_id, tenant.subscription_id}) == 3
    assert parsed.entra == EntraSeed()
    assert parsed.cluster_issuer == ""
    assert seed.parse({"tenants": [TENANT], "identities": [{"name": "one"}]}).identities == parsed.identities


def test_a_condition_that_nobody_can_go_by_is_refused_at_its_path() -> None:
    assignments = lab_azure.document()["roleAssignments"]
    assignments[1]["condition"] = "ActionMatches{'x'} OR"
    with pytest.raises(SeedError, match="too early") as refusal:
        seed.parse(lab_azure.document(roleAssignments=assignments))
    assert refusal.value.path == "roleAssignments[1].condition"


def test_reads_the_knobs() -> None:
    document = _vault(
        lab={"otherPer10s": 5, "deletionSeconds": 3},
        publicNetworkAccess="Disabled",
        enablePurgeProtection=True,
    ) | {
        "entra": {
            "accessTokenLifetimeSeconds": 60,
            "keyRotationSeconds": 10,
            "keyOverlapSeconds": 5,
            "issuerKeysSeconds": 7,
        },
        "delays": {
            "federatedCredentialSeconds": 1,
            "principalSeconds": 2,
            "negativeAnswerSeconds": 3,
            "roleAssignmentSeconds": 4,
        },
    }
    parsed = seed.parse(document)
    assert parsed.vaults[0].knobs == Knobs(other_per_10s=5, deletion_seconds=3)
    assert (parsed.vaults[0].public_network_access, parsed.vaults[0].purge_protection) == (False, True)
    assert parsed.entra == EntraSeed(
        access_token_lifetime_seconds=60, key_rotation_seconds=10, key_overlap_seconds=5, issuer_keys_seconds=7
    )
    assert parsed.delays == DelaysSeed(
        federated_credential_seconds=1, principal_seconds=2, negative_answer_seconds=3, role_assignment_seconds=4
    )


@pytest.mark.parametrize(
    ("document", "path"),
    [
        pytest.param({}, "tenants", id="no-tenant"),
        pytest.param({"tenants": [TENANT, TENANT]}, "tenants", id="tenant-twice"),
        pytest.param({"tenants": [{"id": "common"}]}, "tenants[0].id", id="tenant-no-guid"),
        pytest.param({"tenants": [{**TENANT, "cloud": "Mine"}]}, "tenants[0].cloud", id="no-cloud"),
        pytest.param({"tenants": [TENANT], "vault": []}, "vault", id="misspelt"),
        pytest.param({"tenants": [TENANT], "cluster": {"issuer": "http://i"}}, "cluster.issuer", id="issuer-http"),
        pytest.param(_vault(name="1kv"), "vaults[0].name", id="vault-name"),
        pytest.param(_vault(name="kv--a"), "vaults[0].name", id="vault-name-with-two-hyphens"),
        pytest.param(_vault(name="k" * 25), "vaults[0].name", id="vault-name-too-long"),
        pytest.param(_vault(tenantId=lab_azure.OTHER_TENANT), "vaults[0].tenantId", id="tenant-not-declared"),
        pytest.param(_vault(softDeleteRetentionInDays=6), "vaults[0].softDeleteRetentionInDays", id="retention"),
        pytest.param(_vault(publicNetworkAccess="No"), "vaults[0].publicNetworkAccess", id="network"),
        pytest.param(_vault(lab={"fast": True}), "vaults[0].lab.fast", id="unknown-knob"),
        pytest.param(_vault(secrets={"a": {}}), "vaults[0].secrets.a", id="secret"),
        pytest.param({"tenants": [TENANT], "vaults": [{"name": "kv-a"}, {"name": "KV-A"}]}, "vaults", id="vault-twice"),
        pytest.param(
            {"tenants": [TENANT, {"id": lab_azure.OTHER_TENANT}], "vaults": [{"name": "kv-a"}]},
            "vaults[0].tenantId",
            id="tenant-unsaid-though-there-are-two",
        ),
        pytest.param(_identity(clientId="x"), "identities[0].clientId", id="client-no-guid"),
        pytest.param(
            _identity({**CREDENTIAL, "name": "-x"}), "identities[0].federatedCredentials[0].name", id="credential"
        ),
        pytest.param(
            {"tenants": [TENANT], "roleAssignments": [{"identity": "x", "role": "Owner", "scope": "vaults/x"}]},
            "roleAssignments[0].identity",
            id="assignment-for-nobody",
        ),
        pytest.param(
            {"tenants": [TENANT], "entra": {"accessTokenLifetimeSeconds": 0}},
            "entra.accessTokenLifetimeSeconds",
            id="lifetime",
        ),
        pytest.param(
            {"tenants": [TENANT], "delays": {"principalSeconds": -1}}, "delays.principalSeconds", id="negative-delay"
        ),
    ],
)
def test_refuses(document: dict[str, Any], path: str) -> None:
    with pytest.raises(SeedError) as refusal:
        seed.parse(document)
    assert refusal.value.path == path
