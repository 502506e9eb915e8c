"""Whole reconciles of ExternalSecrets whose target is no Secret, against the fake API server and fake Azure."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest

from keyferry.kube.controller.loop import Again, Done, Result
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS, Resource
from keyferry.model.errors import GrantError, NotFound, SpecError
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync.apply import Applier
from keyferry.sync.generators.generate import ForeignGenerator, GeneratorReference
from keyferry.sync.kinds import EXTERNAL_SECRETS
from keyferry.sync.observe import Observer
from keyferry.sync.reconciler import Habits, Reconciler
from keyferry.sync.state import Values
from keyferry.sync.targets.reconciler import SOON
from keyferry.sync.template_sources import TemplateSources
from tests.fakes.kube_api import Fault
from tests.fakes.sync_world import DB, SyncWorld
from tests.fakes.vault_world import VAULT_HOST

HOUR = timedelta(hours=1)
APPS = Resource(group="example.com", version="v1", plural="apps", kind="App")
CONFIG_MAP = {"apiVersion": "v1", "kind": "ConfigMap"}
APP = {"apiVersion": "example.com/v1", "kind": "App"}
OTHERS = {"metadata": {"name": "db", "namespace": "app"}, "data": {"THEIRS": "x"}}


@pytest.fixture(autouse=True)
def _ready(world: SyncWorld) -> None:
    """A store, its account, a value, and an operator with the flag."""
    world.account()
    world.store()
    world.put("db-password", "first")
    applier = Applier(world.client, world.recorder, world.observer.note_status)
    world.reconciler = Reconciler(world.observer, applier, world.azure.clock, Habits(), world.client)
    world.cluster.served["example.com", "v1", "apps"] = APPS


def declare(world: SyncWorld, manifest: dict[str, str], spec: dict[str, Any] | None = None, **target: Any) -> None:
    world.external({"target": {"name": "db", "manifest": manifest, **target}, **(spec or {})})


def data(world: SyncWorld) -> dict[str, str] | None:
    found = world.cluster.stored(CONFIG_MAPS, DB)
    return None if found is None else found.get("data")


def is_an_hour(result: Result) -> bool:
    return isinstance(result, Again) and HOUR - timedelta(seconds=30) < result.after <= HOUR


async def test_writes_a_config_map_and_follows_the_vault(world: SyncWorld) -> None:
    declare(world, CONFIG_MAP)
    assert is_an_hour(await world.reconcile())
    assert data(world) == {"PASSWORD": "first"}
    assert world.ready()[:2] == ("True", "ResourceSynced")
    assert "whoever may read the ConfigMap" in world.ready()[2]
    world.put("db-password", "second")
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert data(world) == {"PASSWORD": "second"}
    assert await world.events() == [("Normal", "Created"), ("Normal", "Updated")]
    assert world.cluster.stored(SECRETS, DB) is None


async def test_writes_any_kind_of_a_namespace(world: SyncWorld) -> None:
    declare(world, APP)
    await world.reconcile()
    stored = world.cluster.get(APPS, DB)
    assert stored["spec"] == {"data": {"PASSWORD": "first"}}
    assert [owner["name"] for owner in stored["metadata"]["ownerReferences"]] == ["db"]


async def test_at_rest_it_asks_for_the_target_alone(world: SyncWorld) -> None:
    declare(world, APP)
    await world.reconcile()
    seen, asked = len(world.api.seen), world.azure.azure.requests.copy()
    assert is_an_hour(await world.reconcile())
    assert [request.verb for request in world.api.seen[seen:]] == ["get"]
    assert world.azure.azure.requests == asked


async def test_mends_what_was_edited_or_deleted(world: SyncWorld) -> None:
    declare(world, CONFIG_MAP)
    await world.reconcile()
    world.edit(CONFIG_MAPS, DB, lambda document: document.update(data={"PASSWORD": "meddled"}))
    await world.reconcile()
    assert data(world) == {"PASSWORD": "first"}
    world.cluster.remove(CONFIG_MAPS, DB)
    await world.reconcile()
    assert data(world) == {"PASSWORD": "first"}


async def test_what_a_server_fills_in_is_no_drift(world: SyncWorld) -> None:
    declare(world, APP)
    await world.reconcile()
    world.edit(APPS, DB, lambda document: document["spec"].update(replicas=1))
    await world.reconcile()
    version = world.cluster.get(APPS, DB)["metadata"]["resourceVersion"]
    await world.reconcile()
    assert world.cluster.get(APPS, DB)["metadata"]["resourceVersion"] == version
    assert [reason for _, reason in await world.events()] == ["Created"]


async def test_a_write_of_somebody_else_in_between_is_looked_at_soon(world: SyncWorld) -> None:
    declare(world, CONFIG_MAP)
    world.api.faults.append(Fault(verb="create", plural="configmaps", status=409, reason="AlreadyExists"))
    assert await world.reconcile() == SOON
    assert world.ready() == ("", "", "")
    assert is_an_hour(await world.reconcile())


async def test_a_secret_is_a_secret_however_it_is_named(world: SyncWorld) -> None:
    declare(world, {"apiVersion": "v1", "kind": "Secret"})
    await world.reconcile()
    assert world.data() == {"PASSWORD": "first"}
    assert world.ready()[1] == "SecretSynced"


async def test_without_the_flag_it_is_refused_as_upstream_does(world: SyncWorld) -> None:
    applier = Applier(world.client, world.recorder, world.observer.note_status)
    world.reconciler = Reconciler(world.observer, applier, world.azure.clock, Habits())
    declare(world, CONFIG_MAP)
    with pytest.raises(SpecError, match="cannot be the target"):
        await world.reconcile()
    assert world.ready()[:2] == ("False", "SecretSyncedError")
    assert "--unsafe-allow-generic-targets" in world.ready()[2]
    assert data(world) is None


async def test_a_missing_right_is_named(world: SyncWorld) -> None:
    declare(world, CONFIG_MAP)
    sentence = 'configmaps is forbidden: User "system:serviceaccount:kf:operator" cannot create resource "configmaps"'
    world.api.faults.append(Fault(verb="create", plural="configmaps", status=403, reason="Forbidden", message=sentence))
    with pytest.raises(GrantError):
        await world.reconcile()
    status, reason, message = world.ready()
    assert (status, reason) == ("False", "ResourceSyncedError")
    assert 'grant verb "create" on resource "configmaps"' in message


async def test_a_kind_that_is_not_served_is_asked_for_again(world: SyncWorld) -> None:
    declare(world, {"apiVersion": "example.com/v1", "kind": "Late"})
    with pytest.raises(NotFound, match="no kind Late"):
        await world.reconcile()
    late = Resource(group="example.com", version="v1", plural="lates", kind="Late")
    world.cluster.served["example.com", "v1", "lates"] = late
    await world.reconcile()
    assert world.cluster.get(late, DB)["spec"] == {"data": {"PASSWORD": "first"}}


async def test_no_status_holds_what_the_api_server_quotes(world: SyncWorld) -> None:
    declare(world, APP)
    quoting = 'App "db" is invalid: spec.data.PASSWORD: Invalid value: "first": must be longer'
    world.api.faults.append(Fault(verb="create", plural="apps", status=422, reason="Invalid", message=quoting))
    with pytest.raises(SpecError) as refused:
        await world.reconcile()
    assert "first" not in str(refused.value)
    assert "first" not in world.ready()[2]


async def test_an_absent_value_deletes_what_is_owned(world: SyncWorld) -> None:
    declare(world, CONFIG_MAP, deletionPolicy="Delete")
    await world.reconcile()
    del world.azure.azure.vaults[VAULT_HOST].secrets["db-password"]
    world.azure.clock.advance(HOUR)
    await world.reconcile()
    assert data(world) is None
    assert world.ready()[:2] == ("True", "ResourceDeleted")


async def test_one_that_is_being_deleted_is_let_go(world: SyncWorld) -> None:
    finalizer = "externalsecrets.external-secrets.io/externalsecret-cleanup"
    manifest = {"name": "db", "manifest": CONFIG_MAP}
    world.external({"target": manifest}, finalizers=[finalizer], deletionTimestamp="2026-11-22T12:00:00Z")
    await world.reconcile()
    assert data(world) is None


async def test_a_foreign_config_map_gets_keys_beside_its_own(world: SyncWorld) -> None:
    world.cluster.seed(CONFIG_MAPS, OTHERS)
    declare(world, CONFIG_MAP, creationPolicy="Merge")
    await world.reconcile()
    assert data(world) == {"THEIRS": "x", "PASSWORD": "first"}
    renamed = [{"secretKey": "RENAMED", "remoteRef": {"key": "db-password"}}]
    world.edit(
        Resource(group="external-secrets.io", version="v1", plural="externalsecrets", kind="ExternalSecret"),
        Key(namespace="app", name="db"),
        lambda document: document["spec"].update(data=renamed),
    )
    await world.reconcile()
    assert data(world) == {"THEIRS": "x", "RENAMED": "first"}


async def test_a_kind_that_is_gone_is_asked_for_again(world: SyncWorld) -> None:
    declare(world, APP)
    await world.reconcile()
    del world.cluster.served["example.com", "v1", "apps"]
    for words in ("does not serve", "does not serve"):
        with pytest.raises(NotFound, match=words):
            await world.reconcile()
    assert [seen.path for seen in world.api.seen].count("/apis/example.com/v1") == 2


async def test_one_that_is_deleted_meanwhile_gets_nothing(world: SyncWorld) -> None:
    declare(world, CONFIG_MAP)
    world.catch_up()

    class Deleting(Observer):
        async def values(self, spec: ExternalSecret, *, fresh: bool) -> Values:
            values = await super().values(spec, fresh=fresh)
            world.cluster.remove(EXTERNAL_SECRETS, DB)
            world.catch_up()
            return values

    sources = TemplateSources(world.client)
    observer = Deleting(world.caches, world.client, world.reader, world.directory, sources)
    applier = Applier(world.client, world.recorder, observer.note_status)
    reconciler = Reconciler(observer, applier, world.azure.clock, Habits(), world.client)
    assert await reconciler.reconcile(DB) == Done()
    assert data(world) is None


async def test_another_operators_generator_is_left_to_it(world: SyncWorld) -> None:
    class Generators:
        async def generate(self, reference: GeneratorReference, namespace: str) -> Mapping[str, bytes]:
            raise ForeignGenerator(what="another operator's")

    generator = {"apiVersion": "generators.external-secrets.io/v1alpha1", "kind": "Fake", "name": "f"}
    declare(world, CONFIG_MAP, {"data": [], "dataFrom": [{"sourceRef": {"generatorRef": generator}}]})
    sources = TemplateSources(world.client)
    observer = Observer(world.caches, world.client, world.reader, world.directory, sources, Generators())
    applier = Applier(world.client, world.recorder, observer.note_status)
    world.reconciler = Reconciler(observer, applier, world.azure.clock, Habits(), world.client)
    assert await world.reconcile() == Done()
    assert data(world) is None
