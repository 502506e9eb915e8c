"""What the root module's variables are set to: readable, the same every time, and one more site is a few more lines."""

import difflib
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from keyferry.provision import shipped
from keyferry.provision.terraform import inputs
from keyferry.spec.estate.estate import Cloud, Cluster, ExistingAks, NewAks, NewIdentity
from tests.fakes import estates

VARIABLES = (shipped.find("terraform/root") / "variables.tf").read_text()


def values(estate: Any) -> dict[str, Any]:
    files = inputs.files(estate)
    assert sorted(files) == [inputs.ESTATE_FILE, inputs.SITES_FILE]
    return {name: value for content in files.values() for name, value in json.loads(content).items()}


def lines(estate: Any) -> list[str]:
    return inputs.files(estate)[inputs.SITES_FILE].decode().splitlines()


def test_a_site_is_who_it_is_and_what_it_may_read() -> None:
    found = values(estates.small())
    assert found["identities"] == {"shops-site-a": {}, "shops-site-b": {}}
    assert found["sites"]["site-a"] == {
        "namespace": "site-a",
        "service_account": "site-a",
        "identity": "shops-site-a",
        "grants": {
            "shops-kv/secrets_user/secrets/db": {
                "vault": "shops-kv",
                "role": "secrets_user",
                "object_type": "secrets",
                "object": "db",
            }
        },
    }


@pytest.mark.parametrize("joins", [pytest.param("aa", id="before"), pytest.param("zz", id="behind")])
def test_what_sites_share_stays_when_one_of_them_comes(joins: str) -> None:
    identity = NewIdentity(name="shared")
    sites = [estates.site(name, identity="shared") for name in ("mm", "nn")]
    before = values(estates.small(*sites, identities=(identity,)))
    after = values(estates.small(*sites, estates.site(joins, identity="shared"), identities=(identity,)))
    assert list(before["identities"]["shared"]["grants"]) == ["shops-kv/secrets_user/secrets/db"]
    assert after["identities"] == before["identities"]
    assert [site["grants"] for site in after["sites"].values()] == [{}, {}, {}]


def test_a_role_on_a_vault_names_no_object() -> None:
    grants = values(estates.wide())["identities"]["old-identity"]["grants"]
    assert grants == {
        "closed-kv/reader": {"vault": "closed-kv", "role": "reader"},
        "old-kv/reader": {"vault": "old-kv", "role": "reader"},
        "old-kv/secrets_user": {"vault": "old-kv", "role": "secrets_user"},
    }


def test_what_an_estate_leaves_out_is_left_out() -> None:
    assert sorted(values(estates.small())) == ["cluster", "estate", "identities", "sites", "vaults"]


def test_the_rest_of_an_estate() -> None:
    found = values(estates.wide())
    assert found["estate"] == {
        "name": "shops",
        "tenant_id": estates.TENANT,
        "subscription_id": estates.SUBSCRIPTION,
        "environment": "usgovernment",
        "location": "westeurope",
        "resource_group": {"name": "rg-shops", "existing": False},
        "tags": {"team": "shops"},
    }
    assert found["cluster"] == {"kind": "existing_aks", "name": "aks-shops", "resource_group": "rg-aks"}
    old = found["identities"]["old-identity"]
    assert (old["existing"], old["resource_group"]) == (True, "rg-old")
    assert found["vaults"]["shops-kv"]["network"] == {"open": True}
    assert found["vaults"]["closed-kv"]["network"]["ip_rules"] == ["203.0.113.7"]
    assert found["vaults"]["closed-kv"]["private_endpoint"]["dns_zone_id"] == ""
    assert found["vaults"]["old-kv"] == {
        "existing": True,
        "resource_group": "rg-old",
        "subscription_id": estates.SUBSCRIPTION,
    }
    assert found["monitoring"]["window_minutes"] == 15
    assert found["install"]["values"]["node"] == {"enabled": False}
    assert found["events"] == {"endpoint": "https://events.example.org/events", "application": "api://events"}


@pytest.mark.parametrize(
    ("cluster", "expected"),
    [
        pytest.param(
            ExistingAks(name="aks", resource_group="rg-aks", issuer=estates.ISSUER),
            {"kind": "existing_aks", "name": "aks", "resource_group": "rg-aks", "issuer": estates.ISSUER},
            id="there",
        ),
        pytest.param(
            NewAks(name="aks", kubernetes_version="", vm_size="", node_count=3, admin_group_ids=(estates.TENANT,)),
            {
                "kind": "new_aks",
                "name": "aks",
                "kubernetes_version": "",
                "vm_size": "",
                "node_count": 3,
                "admin_group_ids": [estates.TENANT],
            },
            id="made",
        ),
    ],
)
def test_what_only_some_clusters_say(cluster: Cluster, expected: dict[str, Any]) -> None:
    assert values(estates.small(cluster=cluster))["cluster"] == expected


def test_people_who_are_known_are_told() -> None:
    wide = estates.wide()
    assert wide.monitoring is not None
    assert "known_principals" not in values(wide)["monitoring"]
    known = replace(wide, monitoring=replace(wide.monitoring, known_principals=(estates.TENANT,)))
    assert values(known)["monitoring"]["known_principals"] == [estates.TENANT]
    assert fields(values(known)) <= set(re.findall(r"^ +(\w+) += ", VARIABLES, re.MULTILINE))


@pytest.mark.parametrize("cloud", list(Cloud))
def test_every_cloud_has_a_word_of_azurerms(cloud: Cloud) -> None:
    estate = estates.small()
    found = values(replace(estate, azure=replace(estate.azure, cloud=cloud)))
    assert found["estate"]["environment"] in re.findall(r"contains\(\[(.*)\], var.estate.environment", VARIABLES)[0]


@pytest.mark.parametrize(
    ("cluster", "kind"),
    [
        pytest.param(estates.small().cluster, "oidc", id="any"),
        pytest.param(estates.wide().cluster, "existing_aks", id="aks"),
        pytest.param(NewAks(name="aks", kubernetes_version="", vm_size="", node_count=3), "new_aks", id="new-aks"),
    ],
)
def test_every_kind_of_cluster_is_declared(cluster: Any, kind: str) -> None:
    found = values(estates.small(cluster=cluster))["cluster"]
    assert found["kind"] == kind
    assert set(found) <= set(re.findall(r"^    (\w+) +=", VARIABLES, re.MULTILINE))


def test_one_more_site_is_some_lines_more_and_no_other_change() -> None:
    sites = [estates.site(f"site-{name}") for name in "abd"]
    before, after = estates.small(*sites), estates.small(*sites, estates.site("site-c"))
    told = [line for line in difflib.ndiff(lines(before), lines(after)) if line[0] in "+-"]
    assert told != []
    assert all(line.startswith("+") for line in told)
    assert inputs.files(before)[inputs.ESTATE_FILE] == inputs.files(after)[inputs.ESTATE_FILE]


def test_equal_estates_give_equal_bytes() -> None:
    assert inputs.files(estates.wide()) == inputs.files(estates.wide())
    assert all(content.endswith(b"}\n") for content in inputs.files(estates.wide()).values())


def test_every_name_is_one_of_the_root_modules() -> None:
    found = values(estates.wide())
    assert set(found) == set(re.findall(r'^variable "(\w+)"', VARIABLES, re.MULTILINE))
    declared = set(re.findall(r"^ +(\w+) += ", VARIABLES, re.MULTILINE))
    assert [name for name in fields(found) if name not in declared] == []


def fields(values: dict[str, Any]) -> set[str]:
    """The names of objects' attributes: what is below keys that users chose is looked into, the keys are not."""
    maps = ("vaults", "identities", "sites")
    found = {name for top in ("estate", "cluster", "events", "monitoring", "install") for name in values[top]}
    found |= {name for top in maps for each in values[top].values() for name in each}
    return found | {name for site in values["sites"].values() for grant in site["grants"].values() for name in grant}
