"""The operator takes an application's own Secret over in one write: its name, and whatever else it holds, stay."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.provision.manifests import sites
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES
from tests.contract.provision.rendered import Json
from tests.fakes import estates, placements
from tests.fakes.kube_world import Write
from tests.fakes.sync_world import SyncWorld, sync_world
from tests.fakes.vault_world import CLIENT, TENANT

SHOP = Key(namespace="app", name="shop")
OWN = Key(namespace="app", name="db")
RESOURCES = {"SecretStore": SECRET_STORES, "ExternalSecret": EXTERNAL_SECRETS}


@pytest.fixture
async def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[SyncWorld]:
    async with sync_world(tmp_path, monkeypatch) as made:
        made.account()
        made.put("db-password", "of the vault")
        yield made


def apply(world: SyncWorld, secret_name: str) -> None:
    """Bring a site's manifests into the cluster, as they are rendered."""
    site = estates.site(
        "shop",
        vault="kv-prod",
        namespace="app",
        service_account="reader",
        secret_name=secret_name,
        secrets=(placements.in_env("db-password", vault="kv-prod", alias="PASSWORD"),),
    )
    made = placements.identity(client_id=CLIENT, tenant_id=TENANT)
    estate = estates.small(site)
    (found,), _ = sites.manifests(estate, placements.outputs(estate, identities={site.identity: made}))
    for manifest in found.all():
        if (kind := manifest.document["kind"]) in RESOURCES:
            world.cluster.seed(RESOURCES[kind], manifest.document)


def of_the_application(world: SyncWorld) -> Json:
    """Write the Secret that there was before, by hand."""
    document = {
        "apiVersion": "v1",
        "kind": "Secret",
        "type": "Opaque",
        "data": {"PASSWORD": "b2xk", "PORT": "NTQzMg=="},
    }
    document["metadata"] = {"name": OWN.name, "namespace": OWN.namespace, "labels": {"app": "shop"}}
    return world.cluster.create(SECRETS, OWN.namespace, document, Write(manager="kubectl"))


async def test_the_applications_secret_keeps_what_else_it_holds(world: SyncWorld) -> None:
    before = of_the_application(world)
    apply(world, OWN.name)
    await world.reconcile(SHOP)
    assert world.ready(key=SHOP)[0] == "True"
    assert world.data(OWN) == {"PASSWORD": "of the vault", "PORT": "5432"}
    after = world.cluster.get(SECRETS, OWN)
    assert after["metadata"]["uid"] == before["metadata"]["uid"], "it was never gone"
    assert after["metadata"]["labels"]["app"] == "shop"
    assert not after["metadata"].get("ownerReferences"), "it stays when the site goes"


async def test_keyferrys_own_secret_goes_with_the_site(world: SyncWorld) -> None:
    apply(world, "shop-secrets")
    await world.reconcile(SHOP)
    own = Key(namespace="app", name="shop-secrets")
    assert world.data(own) == {"PASSWORD": "of the vault"}
    (owner,) = world.cluster.get(SECRETS, own)["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["name"]) == ("ExternalSecret", "shop")
