from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from keyferry.cli import lab_estate_world
from keyferry.cli.engineer import NAME
from keyferry.lab.azure.arm import clusters
from keyferry.lab.azure.seed import parse
from keyferry.provision.arm import addresses
from keyferry.spec.estate.estate import (
    Cloud,
    Cluster,
    Estate,
    Events,
    ExistingAks,
    ExistingIdentity,
    ExistingVault,
    Network,
    NewAks,
    NewVault,
    ResourceGroup,
)
from tests.fakes.estates import ISSUER, SUBSCRIPTION, TENANT, secret, site, small, vault, wide

OTHER = "00000000-0000-4000-8000-000000000002"


EVENTS = Events(endpoint="https://e.example/events", application="api://e")


def changed(**azure: Any) -> Estate:
    return replace(small(), azure=replace(small().azure, **azure))


def test_a_new_estate_finds_nothing_but_its_owner() -> None:
    seed = parse(lab_estate_world.of(small()).seed)
    (tenant,) = seed.tenants
    assert (tenant.id, tenant.subscription_id) == (TENANT, SUBSCRIPTION)
    assert seed.cluster_issuer == ISSUER
    assert seed.vaults == ()
    assert [identity.name for identity in seed.identities] == [NAME]
    assert {assignment.scope for assignment in seed.role_assignments} == {f"/subscriptions/{SUBSCRIPTION}"}


def test_what_exists_is_there_from_the_start() -> None:
    seed = parse(lab_estate_world.of(wide()).seed)
    assert [vault.name for vault in seed.vaults] == ["old-kv"]
    assert [identity.name for identity in seed.identities] == ["old-identity", NAME]
    assert [(each.name, each.issuer_url) for each in seed.arm.clusters] == [("aks-shops", seed.cluster_issuer)]
    group = changed(resource_group=ResourceGroup(name="rg-old", is_existing=True), location="West Europe")
    (found,) = parse(lab_estate_world.of(group).seed).arm.groups
    assert (found.id, found.location) == (f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-old", "westeurope")


@pytest.mark.parametrize(
    "cluster",
    [
        pytest.param(NewAks(name="aks", kubernetes_version="", vm_size="", node_count=1), id="made"),
        pytest.param(ExistingAks(name="aks", resource_group="rg-aks"), id="there"),
    ],
)
def test_the_labs_cluster_signs_as_the_estates(cluster: Cluster) -> None:
    estate = small(cluster=cluster)
    where = addresses.cluster(estate.azure, cluster)  # type: ignore[arg-type]  # both are clusters of AKS
    assert parse(lab_estate_world.of(estate).seed).cluster_issuer == clusters.issuer_of(where, "westeurope", TENANT)


def test_the_labs_cluster_signs_as_the_file_says() -> None:
    seed = parse(lab_estate_world.of(small(cluster=ExistingAks(name="aks", resource_group="rg", issuer=ISSUER))).seed)
    assert (seed.cluster_issuer, seed.arm.clusters[0].issuer_url) == (ISSUER, ISSUER)


@pytest.mark.parametrize("cloud", list(Cloud))
def test_every_cloud_is_one_of_the_labs(cloud: Cloud) -> None:
    suffix = parse(lab_estate_world.of(changed(cloud=cloud)).seed).tenants[0].cloud.vault_suffix
    assert addresses.vault_url(changed(cloud=cloud).azure, "kv") == f"https://kv.{suffix}"


CLOSED = Network(is_open=False, ip_rules=("203.0.113.7",), subnet_ids=())


@pytest.mark.parametrize(
    ("estate", "note"),
    [
        pytest.param(small(vaults=(vault(network=CLOSED),)), "lets in 127.0.0.1", id="a-closed-vault"),
        pytest.param(
            small(events=Events(endpoint="https://e/hooks", application="api://e")),
            "nothing here rewrites",
            id="a-path",
        ),
        pytest.param(small(events=EVENTS), "no operator runs that would take them", id="no-operator"),
        pytest.param(
            small(site(secrets=(secret(version="0" * 32),))),
            "site site-a gets the newest version of db",
            id="a-version",
        ),
        pytest.param(
            small(vaults=(ExistingVault(name="shops-kv", resource_group="rg", subscription_id=OTHER),)),
            "vault shops-kv is put into the estate's own subscription",
            id="another-subscription",
        ),
    ],
)
def test_says_what_the_labs_world_cannot_have(estate: Estate, note: str) -> None:
    world = lab_estate_world.of(estate)
    assert note in " ".join(world.notes)
    assert lab_estate_world.of(world.estate).notes == () or estate.vaults != small().vaults, "it is said once"
    parse(world.seed)


@pytest.mark.parametrize(
    ("estate", "port"),
    [
        pytest.param(small(events=EVENTS), 4321, id="to-the-operator"),
        pytest.param(small(events=replace(EVENTS, application="")), 0, id="by-a-key-that-nobody-has"),
        pytest.param(small(), 0, id="none-asked-for"),
    ],
)
def test_events_go_where_the_operator_takes_them(estate: Estate, port: int) -> None:
    world = lab_estate_world.of(estate, events_port=4321)
    assert (world.events_port, world.estate.events, world.notes) == (port, estate.events, ())


def test_without_an_operator_that_is_installed_nobody_hears_of_events() -> None:
    install = wide().install
    assert install is not None
    world = lab_estate_world.of(small(events=EVENTS, install=replace(install, has_operator=False)), events_port=4321)
    assert (world.events_port, world.estate.events) == (0, None)


def test_a_closed_vault_stays_closed_for_others() -> None:
    (found,) = lab_estate_world.of(small(vaults=(vault(network=CLOSED),))).estate.vaults
    assert isinstance(found, NewVault)
    assert found.network == Network(is_open=False, ip_rules=("203.0.113.7", "127.0.0.1"), subnet_ids=())


BESIDE: Mapping[str, Any] = {
    "cluster": {"issuer": "https://another/"},
    "vaults": [{"name": "shops-kv"}, {"name": "kv-apps"}],
    "identities": [{"name": "shops-site-a"}, {"name": "site-b"}, {"name": "reader"}, {"name": NAME}],
    "roleAssignments": [
        {"identity": "reader", "role": "Key Vault Secrets User", "scope": "vaults/kv-apps"},
        {"identity": "reader", "role": "Key Vault Secrets User", "scope": "vaults/shops-kv"},
        {"identity": "site-b", "role": "Key Vault Secrets User", "scope": "vaults/kv-apps"},
    ],
}


def test_another_seed_goes_along_but_for_what_the_estate_makes() -> None:
    seed = parse(lab_estate_world.of(small(), BESIDE).seed)
    assert seed.cluster_issuer == ISSUER
    assert [vault.name for vault in seed.vaults] == ["kv-apps"]
    assert [identity.name for identity in seed.identities] == ["reader", NAME]
    assert len(seed.role_assignments) == 3


def test_an_identity_that_is_there_is_not_taken_from_the_other_seed() -> None:
    estate = small(site(identity="reader"), identities=(ExistingIdentity(name="reader", resource_group="rg-two"),))
    seed = parse(lab_estate_world.of(estate, BESIDE).seed)
    reader = next(identity for identity in seed.identities if identity.name == "reader")
    assert "/rg-two/" in reader.resource_id
