from dataclasses import replace
from typing import Any

import pytest

from keyferry.provision.arm import bodies
from keyferry.spec.estate.estate import Network, NewAks
from tests.fakes.estates import TENANT, small, vault

AZURE = replace(small().azure, tags={"team": "shops"})
PLACED = {"location": "westeurope", "tags": {"team": "shops"}}


def test_a_group_or_identity_is_only_somewhere() -> None:
    assert bodies.placed(AZURE) == PLACED


@pytest.mark.parametrize(
    ("wanted", "version", "size"),
    [
        pytest.param(
            NewAks(name="a", kubernetes_version="", vm_size="", node_count=2), None, None, id="as-azure-likes"
        ),
        pytest.param(
            NewAks(name="a", kubernetes_version="1.35", vm_size="D2", node_count=2, admin_group_ids=(TENANT,)),
            "1.35",
            "D2",
            id="as-told",
        ),
    ],
)
def test_a_cluster_has_an_issuer_and_workload_identity(wanted: NewAks, version: str | None, size: str | None) -> None:
    body = bodies.cluster(AZURE, wanted)
    properties = body["properties"]
    assert properties["oidcIssuerProfile"] == {"enabled": True}
    assert properties["securityProfile"]["workloadIdentity"] == {"enabled": True}
    assert properties.get("kubernetesVersion") == version
    assert properties["disableLocalAccounts"] is True
    assert properties["aadProfile"]["adminGroupObjectIDs"] == list(wanted.admin_group_ids)
    (pool,) = properties["agentPoolProfiles"]
    assert (pool["count"], pool.get("vmSize")) == (2, size)


@pytest.mark.parametrize(
    ("network", "expected"),
    [
        pytest.param(Network(is_open=True, ip_rules=(), subnet_ids=()), ("Enabled", "Allow", [], []), id="open"),
        pytest.param(Network(is_open=False, ip_rules=(), subnet_ids=()), ("Disabled", "Deny", [], []), id="closed"),
        pytest.param(
            Network(is_open=False, ip_rules=("192.0.2.1", "192.0.2.0/24"), subnet_ids=()),
            ("Enabled", "Deny", ["192.0.2.1/32", "192.0.2.0/24"], []),
            id="addresses",
        ),
        pytest.param(
            Network(is_open=False, ip_rules=(), subnet_ids=("/s",)), ("Enabled", "Deny", [], ["/s"]), id="subnets"
        ),
    ],
)
def test_a_vault_lets_in_whom_the_estate_says(network: Network, expected: tuple[Any, ...]) -> None:
    properties = bodies.vault(AZURE, vault(network=network))["properties"]
    rules = properties["networkAcls"]
    assert rules["bypass"] == "AzureServices"
    assert expected == (
        properties["publicNetworkAccess"],
        rules["defaultAction"],
        [rule["value"] for rule in rules["ipRules"]],
        [rule["id"] for rule in rules["virtualNetworkRules"]],
    )


@pytest.mark.parametrize(("is_premium", "protected"), [(True, True), (False, False)])
def test_a_vault_goes_by_roles_and_keeps_what_is_deleted(is_premium: bool, protected: bool) -> None:
    wanted = vault(is_premium=is_premium, has_purge_protection=protected, retention_days=7)
    properties = bodies.vault(AZURE, wanted)["properties"]
    assert properties["enableRbacAuthorization"] is True
    assert properties["softDeleteRetentionInDays"] == 7
    assert properties["sku"]["name"] == ("premium" if is_premium else "standard")
    assert ("enablePurgeProtection" in properties) is protected


def test_a_credential_trusts_one_subject_for_entra_alone() -> None:
    assert bodies.credential("https://i/", "s")["properties"] == {
        "issuer": "https://i/",
        "subject": "s",
        "audiences": ["api://AzureADTokenExchange"],
    }


def test_an_assignment_spares_the_look_into_the_directory() -> None:
    assert bodies.assignment("/r", "p")["properties"] == {
        "roleDefinitionId": "/r",
        "principalId": "p",
        "principalType": "ServicePrincipal",
    }
