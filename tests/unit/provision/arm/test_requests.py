from dataclasses import replace

import pytest

from keyferry.model.errors import GrantError, NotFound, SpecError
from keyferry.provision.arm.ensuring import Deed
from keyferry.provision.arm.wire import Response
from keyferry.spec.estate.estate import (
    Estate,
    Events,
    ExistingAks,
    ExistingIdentity,
    ExistingVault,
    Monitoring,
    Network,
    NewAks,
    PrivateEndpoint,
    ResourceGroup,
)
from tests.fakes.arm_estates import carrier, estate, existing_vault
from tests.fakes.estates import ISSUER, secret, site, vault
from tests.fakes.lab_arm import ROOT, SUBSCRIPTION
from tests.fakes.lab_azure import READER, TENANT

THREE = estate(*(site(name, f"{name}-kv", secrets=(secret("x", f"{name}-kv"),)) for name in ("one", "two", "three")))
VAULTS = f"{ROOT}/resourceGroups/rg-shops/providers/Microsoft.KeyVault/vaults"


def test_makes_the_whole_chain_and_tells_the_ids() -> None:
    made = carrier().provision(THREE)
    assert made.outputs.issuer == ISSUER
    assert made.outputs.vault_urls == {
        f"{name}-kv": f"https://{name}-kv.vault.azure.net" for name in ("one", "two", "three")
    }
    assert {identity.tenant_id for identity in made.outputs.identities.values()} == {TENANT}
    assert len({identity.client_id for identity in made.outputs.identities.values()}) == 3
    assert [step.about for step in made.changed] == [step.about for step in made.steps]
    assert [step.about for step in made.steps if "two" in step.about] == [
        "vault two-kv",
        "identity shops-two",
        "federated credential of site two",
        "Key Vault Secrets User for shops-two on two-kv/secrets/x",
    ]


def test_a_second_time_it_writes_nothing() -> None:
    lab = carrier()
    first = lab.provision(THREE)
    before = len(lab.sent)
    second = lab.provision(THREE)
    assert second.changed == ()
    assert second.outputs == first.outputs
    assert {request.method for request in lab.sent[before:]} == {"GET"}


def test_what_differs_is_put_right() -> None:
    lab = carrier()
    lab.provision(THREE)
    premium = replace(THREE, vaults=tuple(replace(vault, is_premium=True) for vault in THREE.vaults))  # type: ignore[arg-type]  # they are all new
    assert {(step.about, step.deed) for step in lab.provision(premium).changed} == {
        (f"vault {name}-kv", Deed.CHANGED) for name in ("one", "two", "three")
    }


def test_a_vault_goes_by_roles_and_lets_in_whom_it_shall() -> None:
    lab = carrier()
    closed = Network(is_open=False, ip_rules=("203.0.113.7", "198.51.100.0/24"), subnet_ids=())
    wanted = estate(site("a"), vaults=(vault(network=closed),))
    assert lab.provision(wanted).outputs.vault_urls
    found = lab.properties(f"{VAULTS}/shops-kv", "2026-02-01")
    assert found["enableRbacAuthorization"] is True
    assert found["enablePurgeProtection"] is True
    assert found["networkAcls"]["defaultAction"] == "Deny"
    assert [rule["value"] for rule in found["networkAcls"]["ipRules"]] == ["203.0.113.7/32", "198.51.100.0/24"]
    assert lab.provision(wanted).changed == ()


def test_a_vault_behind_private_endpoints_alone_is_closed_to_public_networks() -> None:
    lab = carrier()
    nobody = Network(is_open=False, ip_rules=(), subnet_ids=())
    endpoint = PrivateEndpoint(subnet_id="/s", network_id="/n", dns_zone_id="")
    closed = vault(network=nobody, private_endpoint=endpoint, has_purge_protection=False)
    made = lab.provision(estate(site("a"), vaults=(closed,)))
    assert lab.properties(f"{VAULTS}/shops-kv", "2026-02-01")["publicNetworkAccess"] == "Disabled"
    assert "enablePurgeProtection" not in lab.properties(f"{VAULTS}/shops-kv", "2026-02-01")
    assert made.left_out == ("the private endpoint of vault shops-kv",)


def existing(**changes: object) -> Estate:
    """What stands in `lab_azure`: a group, a vault, an identity that one site uses."""
    wanted = estate(
        site("a", "kv-one", secrets=(secret("db-password", "kv-one"),), identity="reader"),
        vaults=(existing_vault("kv-one"),),
    )
    wanted = replace(wanted, identities=(ExistingIdentity(name="reader", resource_group="rg"),))
    group = replace(wanted.azure, resource_group=ResourceGroup(name="rg", is_existing=True))
    return replace(wanted, azure=group, **changes)  # type: ignore[arg-type]  # rows say what they change


def test_uses_what_is_there_already() -> None:
    lab = carrier()
    made = lab.provision(existing())
    assert [(step.about, step.deed) for step in made.changed] == [
        ("federated credential of site a", Deed.MADE),
        ("Key Vault Secrets User for reader on kv-one/secrets/db-password", Deed.MADE),
    ]
    assert made.outputs.identities["reader"].client_id == READER


@pytest.mark.parametrize(
    ("wanted", "error", "text"),
    [
        pytest.param(
            replace(
                existing(), azure=replace(existing().azure, resource_group=ResourceGroup(name="no", is_existing=True))
            ),
            NotFound,
            "resource group no does not exist",
            id="group",
        ),
        pytest.param(existing(vaults=(existing_vault("kv-no"),)), NotFound, "vault kv-no does not exist", id="vault"),
        pytest.param(
            existing(identities=(ExistingIdentity(name="nobody", resource_group="rg"),)),
            NotFound,
            "identity nobody does not exist",
            id="identity",
        ),
        pytest.param(
            existing(cluster=ExistingAks(name="no", resource_group="rg")),
            NotFound,
            "cluster no does not exist",
            id="aks",
        ),
        pytest.param(
            existing(cluster=ExistingAks(name="blind", resource_group="rg")),
            SpecError,
            "cluster blind has no OIDC issuer",
            id="aks-without-issuer",
        ),
        pytest.param(
            existing(vaults=(existing_vault("kv-policies"),)), GrantError, "goes by access policies", id="policies"
        ),
    ],
)
def test_says_what_is_missing_of_what_should_be_there(wanted: Estate, error: type[Exception], text: str) -> None:
    policies = {"name": "kv-policies", "tenantId": TENANT, "resourceGroup": "rg", "enableRbacAuthorization": False}
    blind = {"name": "blind", "tenantId": TENANT, "resourceGroup": "rg", "oidcIssuer": False, "workloadIdentity": False}
    lab = carrier(vaults=[*_vaults(), policies], managedClusters=[blind])
    with pytest.raises(error, match=text):
        lab.provision(wanted)


def _vaults() -> list[dict[str, object]]:
    return [{"name": "kv-one", "tenantId": TENANT, "resourceGroup": "rg"}]


def test_reads_the_issuer_of_a_cluster_that_is_there() -> None:
    lab = carrier(managedClusters=[{"name": "aks", "tenantId": TENANT, "resourceGroup": "rg", "issuer": "https://i/"}])
    assert lab.provision(existing(cluster=ExistingAks(name="aks", resource_group="rg"))).outputs.issuer == "https://i/"


def test_asks_nothing_of_a_cluster_whose_issuer_is_given() -> None:
    lab = carrier()
    made = lab.provision(existing(cluster=ExistingAks(name="aks", resource_group="rg", issuer="https://i/")))
    assert made.outputs.issuer == "https://i/"
    assert not [request for request in lab.sent if "managedClusters" in request.path]


def test_makes_a_cluster_with_an_issuer() -> None:
    lab = carrier()
    aks = NewAks(name="shops", kubernetes_version="", vm_size="Standard_D2s_v5", node_count=3)
    made = lab.provision(replace(THREE, cluster=aks))
    assert made.outputs.issuer.startswith(f"https://westeurope.oic.prod-aks.azure.com/{TENANT}/")
    assert lab.provision(replace(THREE, cluster=aks)).changed == ()
    assert made.left_out == ("the role by which whoever makes cluster shops administrates it",)
    with_groups = replace(THREE, cluster=replace(aks, admin_group_ids=(TENANT,)))
    changed = lab.provision(with_groups)
    assert ([step.about for step in changed.changed], changed.left_out) == (["cluster shops"], ())
    assert lab.provision(with_groups).changed == ()


WORKSPACE = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.OperationalInsights/workspaces/logs"
MONITORING = Monitoring(
    workspace_id=WORKSPACE,
    retention_days=30,
    emails=(),
    forbidden_per_window=5,
    throttled_per_window=50,
    window=THREE.sites[0].refresh_interval,
)


def test_sends_audit_logs_to_the_workspace() -> None:
    lab = carrier()
    wanted = replace(THREE, monitoring=MONITORING)
    made = lab.provision(wanted)
    path = f"{VAULTS}/one-kv/providers/Microsoft.Insights/diagnosticSettings/shops-audit"
    assert lab.properties(path, "2021-05-01-preview")["workspaceId"] == WORKSPACE
    assert made.left_out == ("alerts and whom they are mailed to",)
    assert lab.provision(wanted).changed == ()


def test_makes_a_workspace_where_none_is_named() -> None:
    lab = carrier()
    path = WORKSPACE.replace("/rg/", "/rg-shops/").replace("/logs", "/shops-audit")
    wanted = replace(THREE, monitoring=replace(MONITORING, workspace_id=""))
    lab.provision(wanted)
    setting = f"{VAULTS}/one-kv/providers/Microsoft.Insights/diagnosticSettings/shops-audit"
    assert lab.properties(setting, "2021-05-01-preview")["workspaceId"] == path
    assert lab.provision(wanted).changed == ()


def test_subscribes_to_each_vaults_events() -> None:
    lab = carrier()
    events = Events(endpoint="https://events.example.net/events", application="api://events")
    topic = f"{ROOT}/resourceGroups/rg-shops/providers/Microsoft.EventGrid/systemTopics/shops-one-kv"
    answer = Response(status=201, content={"properties": {"provisioningState": "Succeeded"}})
    lab.answers["PUT", f"{topic}/eventSubscriptions/shops-one-kv"] = answer  # of an endpoint that answers
    made = lab.provision(replace(THREE, sites=THREE.sites[:1], vaults=THREE.vaults[:1], events=events))
    assert [step.about for step in made.changed][-2:] == ["events of vault one-kv", "event subscription of one-kv"]
    assert lab.properties(topic, "2025-02-15")["source"].endswith("/vaults/one-kv")


def test_vaults_of_another_subscription_are_named_and_not_asked() -> None:
    lab = carrier()
    elsewhere = "00000000-0000-4000-8000-000000000002"
    foreign = ExistingVault(name="kv-far", resource_group="rg", subscription_id=elsewhere)
    wanted = estate(site("a", "kv-far", secrets=()), vaults=(foreign,), monitoring=MONITORING)
    assert lab.provision(wanted).outputs.vault_urls == {"kv-far": "https://kv-far.vault.azure.net"}
    assert not [request for request in lab.sent if elsewhere in request.path]


def test_events_with_a_key_are_left_out() -> None:
    events = Events(endpoint="https://events.example.net/events", application="")
    assert "key" in carrier().provision(replace(THREE, events=events)).left_out[0]


def test_an_identity_of_several_sites_trusts_each_of_them() -> None:
    both = [site(name, identity="shared") for name in ("a", "b")]
    lab = carrier()
    wanted = estate(*both)
    made = lab.provision(wanted)
    assert [step.about for step in made.steps if step.about.startswith("federated")] == [
        "federated credential of site a",
        "federated credential of site b",
    ]
    assert sum(step.about.startswith("Key Vault") for step in made.steps) == 1
    assert lab.provision(wanted).changed == ()
