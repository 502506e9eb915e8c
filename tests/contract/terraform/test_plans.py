"""What Terraform plans for estates: real Terraform, real schemas, no cloud."""

import json
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest

from keyferry.provision import intake, outputs
from keyferry.provision.terraform import inputs
from tests.contract.terraform.conftest import Roots
from tests.fakes.terraform_cloud import ISSUER, SUBSCRIPTION, facts_of
from tests.fakes.terraform_command import Terraform
from tests.fakes.terraform_values import NETWORK, TENANT, WORKSPACE, grant, site
from tests.fakes.terraform_values import estate as values_of

EXAMPLES = Path(__file__).parents[3] / "examples"
OLD_VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-old/providers/Microsoft.KeyVault/vaults/old-kv"
ELSEWHERE = "00000000-0000-4000-8000-000000000002"
FAR_VAULT = f"/subscriptions/{ELSEWHERE}/resourceGroups/rg-far/providers/Microsoft.KeyVault/vaults/far-kv"
AUDIT = 'module.monitoring[0].azurerm_monitor_scheduled_query_rules_alert_v2.vaults["{}"]'


def test_each_site_is_an_identity_a_subject_and_the_roles_it_needs(roots: Roots) -> None:
    planned = roots("root").plan(values_of())
    assert set(planned.resources) == {
        "azurerm_resource_group.estate[0]",
        'module.vault["shared-kv"].azurerm_key_vault.new[0]',
        "time_sleep.propagation",
        *(f'module.identity["shops-site-{letter}"].azurerm_user_assigned_identity.new[0]' for letter in "abc"),
        *(f'module.site["site-{letter}"].azurerm_federated_identity_credential.this' for letter in "abc"),
        *(
            f'module.site["site-{letter}"].azurerm_role_assignment.this["shared-kv/secrets_user/secrets/db-{letter}"]'
            for letter in "abc"
        ),
    }
    credential = planned.resources['module.site["site-a"].azurerm_federated_identity_credential.this']
    assert credential["subject"] == "system:serviceaccount:site-a:site-a-sa"
    assert credential["audience"] == ["api://AzureADTokenExchange"]
    assert credential["issuer"] == ISSUER


GRANTS = [
    (grant("old-kv", "secrets_user"), "Key Vault Secrets User", OLD_VAULT),
    (grant("old-kv", "secrets_user", "secrets", "db"), "Key Vault Secrets User", f"{OLD_VAULT}/secrets/db"),
    (grant("old-kv", "reader", "certificates", "tls"), "Key Vault Reader", f"{OLD_VAULT}/certificates/tls"),
    (grant("old-kv", "reader", "keys", "sign"), "Key Vault Reader", f"{OLD_VAULT}/keys/sign"),
    (grant("far-kv", "reader"), "Key Vault Reader", FAR_VAULT),
]


def test_a_grant_is_a_role_at_its_scope_even_in_another_subscription(roots: Roots) -> None:
    values = values_of(
        vaults={
            "old-kv": {"existing": True, "resource_group": "rg-old"},
            "far-kv": {"existing": True, "resource_group": "rg-far", "subscription_id": ELSEWHERE},
        },
        identities={"shops-site-a": {"existing": True, "resource_group": "rg-old"}},
        sites={"site-a": site("a", grants=dict(granted for granted, _, _ in GRANTS))},
    )
    planned = roots("root").plan(values).resources
    assigned = {address: made for address, made in planned.items() if "azurerm_role_assignment" in address}
    assert {address: (made["role_definition_name"], made["scope"]) for address, made in assigned.items()} == {
        f'module.site["site-a"].azurerm_role_assignment.this["{key}"]': (role, scope)
        for (key, _), role, scope in GRANTS
    }
    principal = facts_of("azurerm_user_assigned_identity", {"name": "shops-site-a"})["principal_id"]
    assert {(made["principal_type"], made["principal_id"]) for made in assigned.values()} == {
        ("ServicePrincipal", principal)
    }
    assert len({made["name"] for made in assigned.values()}) == len(GRANTS)


@pytest.mark.parametrize(
    ("vault", "expected"),
    [
        pytest.param(
            {"network": {"open": True}}, {"public_network_access_enabled": True, "default_action": "Allow"}, id="open"
        ),
        pytest.param(
            {"network": {"ip_rules": ["203.0.113.0/24"]}},
            {"public_network_access_enabled": True, "default_action": "Deny", "ip_rules": ["203.0.113.0/24"]},
            id="rules",
        ),
        pytest.param(
            {"private_endpoint": {"subnet_id": f"{NETWORK}/subnets/vaults", "network_id": NETWORK}},
            {"public_network_access_enabled": False, "default_action": "Deny", "ip_rules": []},
            id="private-alone",
        ),
        pytest.param(
            {"network": {"open": True}, "premium": True, "retention_days": 7, "purge_protection": False},
            {"sku_name": "premium", "soft_delete_retention_days": 7, "purge_protection_enabled": False},
            id="all-else",
        ),
    ],
)
def test_a_new_vault_is_as_safe_as_it_can_be(roots: Roots, vault: dict[str, Any], expected: dict[str, Any]) -> None:
    planned = roots("root").plan(values_of(vaults={"shared-kv": vault}))
    made = planned.resources['module.vault["shared-kv"].azurerm_key_vault.new[0]']
    safe = {"rbac_authorization_enabled": True, "soft_delete_retention_days": 90, "purge_protection_enabled": True}
    assert {**made, **made["network_acls"][0]}.items() >= {"bypass": "AzureServices", **safe, **expected}.items()


def test_private_endpoints_share_one_zone_unless_they_bring_their_own(roots: Roots) -> None:
    subnet = {"subnet_id": f"{NETWORK}/subnets/vaults"}
    zone = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-net/providers/Microsoft.Network/privateDnsZones/z"
    vaults = {
        "shared-kv": {"private_endpoint": {**subnet, "network_id": NETWORK}},
        "second-kv": {"private_endpoint": {**subnet, "network_id": NETWORK}},
        "third-kv": {"private_endpoint": {**subnet, "dns_zone_id": zone}},
    }
    planned = roots("root").plan(values_of(vaults=vaults)).resources
    assert [address for address in planned if "private_dns_zone" in address] == [
        "azurerm_private_dns_zone.vaults[0]",
        f'azurerm_private_dns_zone_virtual_network_link.vaults["{NETWORK}"]',
    ]
    assert planned["azurerm_private_dns_zone.vaults[0]"]["name"] == "privatelink.vaultcore.azure.net"
    own = planned['module.vault["third-kv"].azurerm_private_endpoint.this[0]']
    assert own["private_dns_zone_group"][0]["private_dns_zone_ids"] == [zone]


def test_a_new_aks_can_be_trusted_and_has_no_account_but_entras(roots: Roots) -> None:
    planned = roots("root").plan(values_of(cluster={"kind": "new_aks", "name": "prod", "kubernetes_version": "1.33"}))
    cluster = planned.resources["module.cluster.azurerm_kubernetes_cluster.new[0]"]
    expected = {"oidc_issuer_enabled": True, "workload_identity_enabled": True, "local_account_disabled": True}
    assert cluster.items() >= {**expected, "kubernetes_version": "1.33", "resource_group_name": "rg-shops"}.items()
    assert "module.cluster.azurerm_role_assignment.maker[0]" in planned.resources


def test_an_existing_aks_is_asked_for_its_issuer_when_it_is_planned(roots: Roots) -> None:
    planned = roots("root").plan(
        values_of(cluster={"kind": "existing_aks", "name": "prod", "resource_group": "rg-aks"})
    )
    credential = planned.resources['module.site["site-a"].azurerm_federated_identity_credential.this']
    assert credential["issuer"] == ISSUER
    assert not any("azurerm_kubernetes_cluster" in address for address in planned.resources)


def test_events_come_signed_from_each_vault(roots: Roots) -> None:
    vaults = values_of()["vaults"] | {
        "far-kv": {"existing": True, "resource_group": "rg-far", "subscription_id": ELSEWHERE}
    }
    events = {"endpoint": "https://events.example.net/events", "application": "api://keyferry-events"}
    planned = roots("root").plan(values_of(vaults=vaults, events=events)).resources
    address = 'module.events["shared-kv"].azurerm_eventgrid_system_topic_event_subscription.this[0]'
    far = 'module.events["far-kv"].azurerm_eventgrid_event_subscription.this[0]'
    assert sorted(one for one in planned if "event_subscription" in one) == [far, address]
    assert planned[far]["scope"] == FAR_VAULT
    webhook = planned[address]["webhook_endpoint"][0]
    assert webhook["url"] == events["endpoint"]
    assert webhook["active_directory_app_id_or_uri"] == events["application"]
    assert webhook["active_directory_tenant_id"] == TENANT
    assert "Microsoft.KeyVault.SecretNewVersionCreated" in planned[address]["included_event_types"]


def test_keyferry_is_installed_by_the_digest_of_its_image(roots: Roots) -> None:
    digest = "sha256:" + "0123456789abcdef" * 4
    install = {
        "chart": "oci://registry.example.net/charts/keyferry",
        "chart_version": "1.2.3",
        "image": "registry.example.net:5000/keyferry",
        "digest": digest,
        "values": {"node": {"enabled": False}},
    }
    planned = roots("root").plan(values_of(install=install))
    release = planned.resources["module.install[0].helm_release.this"]
    assert release.items() >= {"version": "1.2.3", "atomic": True, "namespace": "keyferry"}.items()
    assert digest in release["values"][0]
    assert "registry.example.net:5000/keyferry" in release["values"][0]
    assert '"enabled": false' in release["values"][1]


PERSON = "6f0c9a52-3b8e-4d17-a6f4-2c1d7e9b8a30"


def test_alerts_know_the_identities_and_look_at_the_estates_vaults_alone(roots: Roots) -> None:
    values = values_of(
        vaults={"old-kv": {"existing": True, "resource_group": "rg-old"}},
        identities={"shops-site-a": {"existing": True, "resource_group": "rg-old"}},
        sites={"site-a": site("a", vault="old-kv")},
        monitoring={
            "workspace_id": WORKSPACE,
            "emails": ["a@example.net"],
            "known_principals": [PERSON.upper()],
            "window_minutes": 60,
        },
    )
    planned = roots("root").plan(values).resources
    alerts = {name: planned[AUDIT.format(name)] for name in ("unknown", "forbidden", "throttled")}
    queries = {name: alert["criteria"][0]["query"] for name, alert in alerts.items()}
    principal = facts_of("azurerm_user_assigned_identity", {"name": "shops-site-a"})["principal_id"]
    assert f"'{','.join(sorted([principal[-12:], PERSON[-12:]]))}'" in queries["unknown"]
    assert all("OperationName != 'Authentication'" in query and "'old-kv'" in query for query in queries.values())
    assert {name: alert["criteria"][0]["threshold"] for name, alert in alerts.items()} == {
        "unknown": 0,
        "forbidden": 5,
        "throttled": 50,
    }
    assert {alert["window_duration"] for alert in alerts.values()} == {"PT1H"}
    setting = planned['module.monitoring[0].azurerm_monitor_diagnostic_setting.audit["old-kv"]']
    assert setting["log_analytics_destination_type"] == "Dedicated"


@pytest.mark.parametrize("example", sorted(EXAMPLES.glob("estate*.yaml")), ids=lambda path: path.stem)
def test_the_examples_are_planned(example: Path, roots: Roots) -> None:
    found = intake.load(example, sites=None, sites_variable=None, stdin=BytesIO(), environ={})
    values: dict[str, Any] = {}
    for content in inputs.files(found).values():
        values |= json.loads(content)
    planned = roots("root").plan(values)
    subjects = {str(one["subject"]) for address, one in planned.resources.items() if "federated" in address}
    assert subjects == {each.subject for each in found.sites}


def test_what_was_made_stays_as_it_is_and_one_more_site_is_one_more_site(estate: Terraform) -> None:
    two = values_of(sites={f"site-{letter}": site(letter) for letter in "ab"})
    estate.plan(two)
    estate.apply()
    again = estate.plan(two)
    assert set(again.actions.values()) == {("no-op",)}
    three = estate.plan(values_of())
    touched = {address: actions for address, actions in three.actions.items() if actions != ("no-op",)}
    assert touched == {
        'module.site["site-c"].azurerm_federated_identity_credential.this': ("create",),
        'module.site["site-c"].azurerm_role_assignment.this["shared-kv/secrets_user/secrets/db-c"]': ("create",),
        "time_sleep.propagation": ("delete", "create"),
    }


def test_roles_of_an_identity_that_sites_share_stay_when_the_first_of_them_comes(estate: Terraform) -> None:
    shared = {"grants": dict([grant("shared-kv", "secrets_user", "secrets", "db")])}
    sites = {f"site-{letter}": site(letter, identity="shared", grants={}) for letter in "abc"}
    without = {name: each for name, each in sites.items() if name != "site-a"}
    estate.plan(values_of(identities={"shared": shared}, sites=without))
    estate.apply()
    planned = estate.plan(values_of(identities={"shared": shared}, sites=sites))
    role = 'module.identity["shared"].azurerm_role_assignment.this["shared-kv/secrets_user/secrets/db"]'
    assert planned.actions[role] == ("no-op",)
    assert {address for address, actions in planned.actions.items() if actions != ("no-op",)} == {
        'module.site["site-a"].azurerm_federated_identity_credential.this'
    }


def test_a_whole_estate_is_made_at_once_and_its_outputs_are_what_manifests_need(estate: Terraform) -> None:
    values = values_of(
        cluster={"kind": "new_aks", "name": "prod"},
        vaults={"shared-kv": {"private_endpoint": {"subnet_id": f"{NETWORK}/subnets/s", "network_id": NETWORK}}},
        events={"endpoint": "https://events.example.net/events", "application": TENANT},
        monitoring={"emails": ["a@example.net"]},
        install={"chart": "./helm/keyferry", "image": "registry.example.net/keyferry"},
    )
    estate.plan(values)
    estate.apply()
    assert set(estate.plan(values).actions.values()) == {("no-op",)}
    made = outputs.parse(estate.outputs())
    assert made.issuer == ISSUER
    assert made.vault_urls == {"shared-kv": "https://shared-kv.vault.azure.net"}
    assert set(made.identities) == set(values["identities"])
