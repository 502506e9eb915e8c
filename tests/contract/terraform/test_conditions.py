"""Every validation and postcondition refuses what it is for, in its own words, before anything is made.

One that looks at another variable is silent while that one is refused, so it has a row of its own.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest

from tests.contract.terraform import hcl_modules
from tests.contract.terraform.conftest import Roots
from tests.contract.terraform.hcl_modules import Module
from tests.contract.terraform.test_modules import MODULES, ROOT
from tests.fakes.terraform_cloud import ISSUER, SUBSCRIPTION
from tests.fakes.terraform_values import TENANT, estate, grant, site

IDENTITY = (
    f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.ManagedIdentity/userAssignedIdentities/i"
)
VAULT = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/v-kv"
DIGEST = "sha256:" + "0" * 64

GOOD: Mapping[str, Mapping[str, Any]] = {
    "root": estate(),
    "modules/cluster": {"kind": "oidc", "name": "prod", "issuer": ISSUER},
    "modules/identity": {"name": "shops-a", "resource_group": "rg", "location": "westeurope"},
    "modules/vault": {
        "name": "shops-kv",
        "resource_group": "rg",
        "location": "westeurope",
        "tenant_id": TENANT,
        "network": {"open": True},
    },
    "modules/site": {
        "cluster": "prod",
        "issuer": ISSUER,
        "namespace": "shop",
        "service_account": "api",
        "identity_id": IDENTITY,
        "principal_id": TENANT,
    },
    "modules/events": {
        "name": "shops-kv",
        "resource_group": "rg",
        "location": "westeurope",
        "vault_id": VAULT,
        "endpoint": "https://events.example.net/events",
        "tenant_id": TENANT,
        "application": "api://keyferry-events",
    },
    "modules/monitoring": {
        "name": "shops",
        "resource_group": "rg",
        "location": "westeurope",
        "vault_ids": {"v-kv": VAULT},
        "known_principals": [],
    },
    "modules/install": {"chart": "./helm/keyferry", "image": "registry.example.net/keyferry", "digest": DIGEST},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """`changes` of a module's good values, and how the messages begin that answer them: these and no others.

    `existing` is what Azure has instead of the usual.
    """

    module: str
    changes: Mapping[str, Any]
    messages: tuple[str, ...]
    existing: Mapping[tuple[str, str], dict[str, Any]]


def row(module: str, changes: Mapping[str, Any], *messages: str, **existing: dict[str, Any]) -> Row:
    """A row; `existing` by a data source's type, of the one that the module asks for."""
    folder = module if module == "root" else f"modules/{module}"
    name = str(changes.get("name", GOOD[folder].get("name", "")))
    found = {(f"data.{kind}", name): facts for kind, facts in existing.items()}
    return Row(module=folder, changes=changes, messages=messages, existing=found)


def many(count: int, **changes: Any) -> dict[str, Any]:
    """So many sites, of one identity."""
    sites = {f"site-{number}": site("a", namespace=f"n-{number}", **changes) for number in range(count)}
    return {"sites": sites}


ROWS = {
    "root-names-and-ids": row(
        "root",
        {
            "estate": {
                **estate()["estate"],
                "name": "Shops",
                "tenant_id": "contoso.com",
                "environment": "german",
            },
            "cluster": {"kind": "eks", "name": "prod"},
        },
        "estate.name must be",
        "estate.tenant_id and estate.subscription_id must be GUIDs",
        "estate.environment must be",
        "cluster.kind must be",
    ),
    "root-names-that-lead-nowhere": row(
        "root",
        {"sites": {"site-a": site("a", identity="nobody", grants=dict([grant("no-kv", "reader")]))}},
        "Each site's identity must be a key of identities",
        "Each grant's vault must be a key of vaults",
    ),
    "root-a-role-of-an-identity-that-leads-nowhere": row(
        "root",
        {"identities": {"shared": {"grants": dict([grant("no-kv", "reader")])}}, "sites": {}},
        "Each grant of an identity must name a key of vaults",
    ),
    "root-one-subject-twice": row(
        "root", {"sites": {"one": site("a"), "two": site("a")}}, "Two sites of one identity have the same namespace"
    ),
    "root-people-by-name": row(
        "root",
        {"monitoring": {"known_principals": ["ann@example.net"]}},
        "monitoring.known_principals must be object ids",
    ),
    "root-21-sites-of-one-identity": row("root", many(21), "More than 20 sites share an identity"),
    "cluster-words": row(
        "cluster",
        {
            "kind": "new_aks",
            "issuer": "",
            "name": "-",
            "kubernetes_version": "latest",
            "node_count": 1.5,
            "admin_group_ids": ["admins"],
        },
        "name must be 1 to 63",
        "kubernetes_version must look like",
        "node_count must be",
        "admin_group_ids must be object ids",
    ),
    "cluster-kind": row("cluster", {"kind": "eks"}, "kind must be"),
    "cluster-issuer-in-plain-http": row("cluster", {"issuer": "http://example.net"}, "issuer must be an https://"),
    "cluster-without-issuer": row("cluster", {"issuer": ""}, "A cluster of kind oidc needs its issuer"),
    "cluster-new-with-issuer": row("cluster", {"kind": "new_aks"}, "A new AKS cluster gets its issuer from Azure"),
    "cluster-existing-somewhere": row(
        "cluster", {"kind": "existing_aks", "issuer": ""}, "existing_resource_group must name"
    ),
    "cluster-with-keys-and-no-issuer": row(
        "cluster",
        {"kind": "existing_aks", "issuer": "", "existing_resource_group": "rg-aks"},
        "The AKS cluster prod has no OIDC issuer",
        "Azure hands out a kubeconfig with a key for the AKS cluster prod",
        azurerm_kubernetes_cluster={
            "oidc_issuer_enabled": False,
            "kube_config": [{"host": "h", "client_key": "k", "password": "", "cluster_ca_certificate": "c"}],
        },
    ),
    "identity": row(
        "identity",
        {
            "name": "a",
            "existing": {"resource_group": ""},
            "grants": {
                "role": {"vault_id": VAULT, "role": "Owner"},
                "object": {"vault_id": VAULT, "role": "reader", "object_type": "keys", "object": "a_b"},
                "match": {"vault_id": VAULT, "role": "secrets_user", "object_type": "keys", "object": "k"},
            },
        },
        "name must be 3 to 128",
        "existing.resource_group must name the identity's",
        "A grant's role must be",
        "A grant's object_type must be",
        "secrets_user is for secrets",
    ),
    "vault-words": row(
        "vault",
        {
            "name": "a--b",
            "retention_days": 6,
            "private_endpoint": {"subnet_id": "vaults"},
        },
        "name must be 3 to 24",
        "retention_days must be a whole number from 7 to 90",
        "private_endpoint.subnet_id must be a subnet's",
    ),
    "vault-rules": row("vault", {"network": {"ip_rules": ["203.0.113.300"]}}, "network.ip_rules must be IPv4"),
    "vault-rules-of-ipv6": row("vault", {"network": {"ip_rules": ["2001:db8::/32"]}}, "network.ip_rules must be IPv4"),
    "vault-existing": row(
        "vault",
        {"existing": {"resource_group": "", "subscription_id": "mine"}},
        "existing.resource_group must name the vault's",
        "existing.subscription_id must be a GUID",
    ),
    "vault-open-and-closed": row(
        "vault", {"network": {"open": True, "ip_rules": ["203.0.113.7"]}}, "network.open lets everybody's network in"
    ),
    "vault-for-nobody": row("vault", {"network": {}}, "Nobody would reach this vault"),
    "vault-of-access-policies": row(
        "vault",
        {"name": "old-kv", "existing": {"resource_group": "rg-old"}},
        "The vault old-kv decides by access policies",
        azurerm_key_vault={"rbac_authorization_enabled": False},
    ),
    "site-words": row(
        "site",
        {
            "issuer": "example.net",
            "namespace": "Shop",
            "service_account": "api_1",
            "grants": {
                "role": {"vault_id": VAULT, "role": "Owner"},
                "object": {"vault_id": VAULT, "role": "reader", "object_type": "keys", "object": "a_b"},
                "match": {"vault_id": VAULT, "role": "secrets_user", "object_type": "keys", "object": "k"},
            },
        },
        "issuer must be an https://",
        "namespace must be a name as Kubernetes has it",
        "service_account must be a name as Kubernetes has it",
        "A grant's role must be",
        "A grant's object_type must be",
        "secrets_user is for secrets",
    ),
    "events": row(
        "events",
        {"name": "a_b", "endpoint": "https://e.example.net/?key=k", "application": "keyferry"},
        "name must be 3 to 50",
        "endpoint must be an https:// address without a query",
        "application must be the GUID",
    ),
    "monitoring": row(
        "monitoring",
        {
            "name": "a-",
            "vault_ids": {},
            "workspace_id": "logs",
            "retention_days": 7,
            "emails": ["nobody"],
            "forbidden_per_window": -1,
            "throttled_per_window": -1,
            "window_minutes": 7,
        },
        "name must be 1 to 50",
        "vault_ids must hold at least one vault",
        "workspace_id must be a workspace's",
        "retention_days must be a whole number from 30 to 730",
        "emails must be mail addresses",
        "forbidden_per_window must not be negative",
        "throttled_per_window must not be negative",
        "window_minutes must be",
    ),
    "monitoring-of-too-many": row(
        "monitoring", {"known_principals": [TENANT] * 5000}, "These are more known_principals and vaults than fit"
    ),
    "install-words": row(
        "install",
        {"chart": "keyferry", "image": "keyferry:latest", "digest": "sha256:0"},
        "chart must be a folder",
        "image must be a name without tag",
        "digest must be",
    ),
    "install-of-a-range": row("install", {"chart_version": "^1.0"}, "chart_version must be one exact version"),
    "install-of-any-version": row(
        "install", {"chart": "oci://registry.example.net/keyferry"}, "A chart from a registry needs"
    ),
}


@pytest.mark.parametrize("case", ROWS.values(), ids=ROWS)
def test_refuses_with_these_words_and_no_others(case: Row, roots: Roots) -> None:
    terraform = roots(case.module)
    terraform.cloud.existing.update(case.existing)
    told = terraform.refusals({**GOOD[case.module], **case.changes})
    messages = [error.partition(": ")[2] for error in told]
    unexpected = [one for one in messages if not one.startswith(case.messages)]
    missing = [one for one in case.messages if not any(message.startswith(one) for message in messages)]
    assert (unexpected, missing) == ([], []), told


@pytest.mark.parametrize("module", GOOD)
def test_takes_what_is_right(module: str, roots: Roots) -> None:
    assert roots(module).refusals(GOOD[module]) == ()


@pytest.mark.parametrize(
    "changes",
    [
        pytest.param({"name": "a"}, id="shortest-name"),
        pytest.param({"kind": "existing_aks"}, id="existing-aks-by-its-issuer"),
        pytest.param({"issuer": "https://10.0.0.1:6443"}, id="issuer-with-a-port"),
    ],
)
def test_takes_what_only_looks_wrong(changes: Mapping[str, Any], roots: Roots) -> None:
    assert roots("modules/cluster").refusals({**GOOD["modules/cluster"], **changes}) == ()


def test_twenty_sites_may_share_an_identity(roots: Roots) -> None:
    assert roots("root").refusals({**GOOD["root"], **many(20)}) == ()


@pytest.mark.parametrize("module", [ROOT, *MODULES.values()], ids=lambda module: module.folder)
def test_no_condition_is_without_a_row(module: Module) -> None:
    folder = "root" if module is ROOT else f"modules/{module.folder}"
    beginnings = [message for case in ROWS.values() if case.module == folder for message in case.messages]
    fixed = [message.partition("${")[0] for message in _messages(module)]
    assert [text for text in fixed if not any(one.startswith(text) or text.startswith(one) for one in beginnings)] == []


def _messages(module: Module) -> Iterator[str]:
    for element in module.elements:
        for name, body, _ in hcl_modules.blocks(element.body):
            conditions = [body] if name == "validation" else [inner for _, inner, _ in hcl_modules.blocks(body)]
            texts = (str(one["error_message"]) for one in conditions if "error_message" in one)
            yield from (text.strip('"').removeprefix("<<-EOT").lstrip() for text in texts)
