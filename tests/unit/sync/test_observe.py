"""What observe reads, with whose identity, and how failures come back as data."""

import asyncio
import json
from dataclasses import replace
from typing import Any

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.model.errors import GrantError, KeyferryError, NotFound, RoleMissing, SpecError
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef
from keyferry.spec.external_secret import ExternalSecret
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.observe import Observer
from keyferry.sync.state import Found, Got, Made, Read, Unread, Values
from keyferry.sync.stores.directory import Directory
from keyferry.sync.stores.identities import Identities
from keyferry.sync.stores.material import OwnIdentity
from keyferry.sync.stores.stored_secrets import StoredSecrets
from keyferry.sync.template_sources import TemplateSources
from tests.fakes import external_secrets
from tests.fakes.kube_world import Write
from tests.fakes.sync_world import DB, KV, OTHER_CLIENT, SyncWorld
from tests.fakes.vault_world import CLIENT, OTHER_TENANT, TENANT, VAULT

FIND: dict[str, Any] = {"find": {"name": {"regexp": "db"}}}


def item(key: str, secret_key: str = "A", store: str = "", **remote: str) -> dict[str, Any]:
    """A `data` entry; `store` names its own."""
    own = {"sourceRef": {"storeRef": {"name": store, "kind": "SecretStore"}}} if store else {}
    return {"secretKey": secret_key, "remoteRef": {"key": key, **remote}, **own}


def watched(world: SyncWorld, spec: dict[str, Any], **metadata: Any) -> ExternalSecret:
    """Add the ExternalSecret app/db and return its spec."""
    document = world.external(spec, **metadata)
    world.catch_up()
    external = world.caches.externals.get(
        Key(namespace=document["metadata"]["namespace"], name=document["metadata"]["name"])
    )
    assert external is not None
    parsed = world.observer.spec(external)
    assert isinstance(parsed, ExternalSecret), parsed
    return parsed


def value(read: Read | Found | Made) -> bytes:
    assert isinstance(read, Got), read
    return read.bundle.value.reveal()


def error(read: Read | Found) -> KeyferryError:
    assert isinstance(read, Unread), read
    return read.error


class TestValues:
    @pytest.fixture(autouse=True)
    def _vault(self, world: SyncWorld) -> None:
        world.account()
        world.store()
        for name in ("db-password", "db-user", "api-key"):
            world.put(name, f"the {name}")

    async def test_one_outcome_for_each_entry_in_order(self, world: SyncWorld) -> None:
        sources = [FIND, {"extract": {"key": "api-key"}}]
        spec = watched(
            world, {"dataFrom": sources, "data": [item("db-user"), item("gone", "B"), item("db-password", "C")]}
        )
        values = await world.observer.values(spec, fresh=True)
        found, extracted = values.data_from
        assert isinstance(found, Found)
        assert {name: value(read) for name, read in found.reads} == {
            "db-password": b"the db-password",
            "db-user": b"the db-user",
        }
        assert value(extracted) == b"the api-key"
        assert (value(values.data[0]), value(values.data[2])) == (b"the db-user", b"the db-password")
        assert isinstance(error(values.data[1]), NotFound)

    async def test_each_secret_is_read_once_a_pass(self, world: SyncWorld) -> None:
        sources = [FIND, FIND, {"extract": {"key": "db-password"}}]
        data = [item("db-password", "A"), item("db-password", "B", property="x"), item("db-user", "C")]
        spec = watched(world, {"dataFrom": sources, "data": data})
        await world.observer.values(spec, fresh=True)
        assert world.azure.azure.requests["get"] == 2
        assert world.azure.azure.requests["list"] == 1
        await world.observer.values(spec, fresh=True)
        assert world.azure.azure.requests["get"] == 4, "a fresh pass asks anew"
        values = await world.observer.values(spec, fresh=False)
        assert world.azure.azure.requests["get"] == 4, "the interval has not passed by half"
        assert values.at is not None
        assert values.at <= world.azure.clock.now()

    async def test_who_reads_what_is_woken_by_it(self, world: SyncWorld) -> None:
        await world.observer.values(watched(world, {"data": [item("db-user")]}), fresh=True)
        kv = world.caches.stores.get(KV)
        assert kv is not None
        reader = (await world.directory.access_of(kv)).identity
        ref = SecretRef(vault_url=VAULT, name=SecretName("db-user"))
        assert world.observer.consumers.wake(reader, ref) == {DB}
        world.cluster.delete(EXTERNAL_SECRETS, DB, {})
        world.catch_up()
        assert world.observer.snapshot(DB) is None
        assert world.observer.consumers.wake(reader, ref) == frozenset()

    async def test_a_change_while_it_reads_wakes_it(self, world: SyncWorld) -> None:
        """Else what another pass sees between the first read of a spec and its last would be nobody's business."""
        spec = watched(world, {"data": [item("db-user")]})
        asked = asyncio.create_task(world.observer.values(spec, fresh=True))
        await world.azure.proxy.connected.wait()
        kv = world.caches.stores.get(KV)
        assert kv is not None
        reader = (await world.directory.access_of(kv)).identity
        assert world.observer.consumers.wake(reader, SecretRef(vault_url=VAULT, name=SecretName("db-user"))) == {DB}
        await asked

    async def test_a_failed_read_is_shared_too(self, world: SyncWorld) -> None:
        spec = watched(world, {"data": [item("gone", "A"), item("gone", "B")]})
        values = await world.observer.values(spec, fresh=True)
        assert error(values.data[0]) is error(values.data[1])
        assert world.azure.azure.requests["get"] == 1

    async def test_a_version_is_another_read(self, world: SyncWorld) -> None:
        old = world.put("db-user", "old")
        world.put("db-user", "new")
        spec = watched(world, {"data": [item("db-user", "A"), item("db-user", "B", version=old)]})
        values = await world.observer.values(spec, fresh=True)
        assert [value(read) for read in values.data] == [b"new", b"old"]

    async def test_disabled_secrets_are_not_found(self, world: SyncWorld) -> None:
        world.azure.azure.put("kv-prod.vault.azure.net", "db-old", "x", enabled=False)
        values = await world.observer.values(watched(world, {"data": [], "dataFrom": [FIND]}), fresh=True)
        (found,) = values.data_from
        assert isinstance(found, Found)
        assert [name for name, _ in found.reads] == ["db-password", "db-user"]

    async def test_the_identity_of_one_store_is_never_used_for_another(self, world: SyncWorld) -> None:
        world.account("poor", OTHER_CLIENT)
        world.store("other", serviceAccountRef={"name": "poor"})
        sources = [FIND | {"sourceRef": {"storeRef": {"name": "other", "kind": "SecretStore"}}}, FIND]
        data = [item("db-user", "A", store="other"), item("db-user", "B"), item("db-user", "C", store="other")]
        spec = watched(world, {"dataFrom": sources, "data": data})
        values = await world.observer.values(spec, fresh=True)
        refused, allowed = values.data_from
        assert isinstance(refused, Found)
        assert isinstance(refused.error, RoleMissing)
        assert isinstance(allowed, Found)
        assert len(allowed.reads) == 2
        assert isinstance(error(values.data[0]), RoleMissing)
        assert OTHER_CLIENT in str(error(values.data[0]))
        assert value(values.data[1]) == b"the db-user"
        assert isinstance(error(values.data[2]), RoleMissing)
        assert world.azure.azure.values_served == 2
        assert {form["client_id"] for form in world.azure.azure.token_requests} == {CLIENT, OTHER_CLIENT}

    async def test_a_store_serves_its_own_namespace_alone(self, world: SyncWorld) -> None:
        spec = watched(world, {}, namespace="web")
        refusal = error((await world.observer.values(spec, fresh=True)).data[0])
        assert isinstance(refusal, NotFound)
        assert "SecretStore web/kv does not exist" in str(refusal)
        assert not world.azure.azure.requests

    async def test_a_pass_that_is_given_up_leaves_no_read_behind(self, world: SyncWorld) -> None:
        spec = watched(world, {"dataFrom": [FIND], "data": [item("db-user")]})
        before = asyncio.all_tasks()
        asked = asyncio.create_task(world.observer.values(spec, fresh=True))
        await world.azure.proxy.connected.wait()
        asked.cancel()
        with pytest.raises(asyncio.CancelledError):
            await asked
        await world.reader.aclose()
        mine = [task for task in asyncio.all_tasks() - before if "Reading._" in repr(task)]
        assert mine == []


class TestExpectations:
    """What an ExternalSecret names is known before it is read, by the names of its stores' vaults."""

    async def test_of_every_entry_in_the_vaults_of_its_store(self, world: SyncWorld) -> None:
        world.account()
        world.store()
        spare = {"keyferry.io/fallback-vaults": "https://kv-spare.vault.azure.net"}
        world.edit(SECRET_STORES, KV, lambda store: store["metadata"].update(annotations=spare))
        data = [item("cert/Web"), item("db-user", "B", store="gone")]
        spec = watched(world, {"dataFrom": [FIND], "data": data})
        world.observer.expect(spec)
        heard = world.observer.expectations.heard
        for vault in ("kv-prod", "kv-spare"):
            assert heard(vault, ObjectKind.CERTIFICATE, "web") == {DB}
            assert heard(vault, ObjectKind.SECRET, "anything") == {DB}, "a find may match it"
        assert heard("kv-other", ObjectKind.SECRET, "db-user") == frozenset()

    async def test_of_none_that_is_not_read_by_interval(self, world: SyncWorld) -> None:
        world.observer.expect(watched(world, {"refreshInterval": "0"}))
        assert DB not in world.observer.expectations


class TestRefusalsAreData:
    """Whatever is wrong with a store, an entry's outcome says so; nothing is raised and no vault is asked."""

    async def refused(self, world: SyncWorld, spec: dict[str, Any] | None = None) -> KeyferryError:
        values: Values = await world.observer.values(watched(world, {"dataFrom": [FIND], **(spec or {})}), fresh=True)
        (found,) = values.data_from
        assert isinstance(found, Found)
        assert type(found.error) is type(error(values.data[0]))
        assert str(found.error) == str(error(values.data[0]))
        assert not world.azure.azure.requests
        return error(values.data[0])

    async def test_an_unknown_store(self, world: SyncWorld) -> None:
        refusal = await self.refused(world)
        assert isinstance(refusal, NotFound)
        assert "SecretStore app/kv does not exist" in str(refusal)
        assert refusal.remedy
        assert str(refusal.where) == "ExternalSecret app/db spec.secretStoreRef"

    async def test_an_invalid_store(self, world: SyncWorld) -> None:
        world.store(vaultUrl="kv-prod")
        refusal = await self.refused(world)
        assert isinstance(refusal, SpecError)
        assert "vaultUrl" in str(refusal)

    async def test_a_missing_account(self, world: SyncWorld) -> None:
        world.store()
        refusal = await self.refused(world)
        assert isinstance(refusal, NotFound)
        assert "ServiceAccount app/reader does not exist" in str(refusal)

    async def test_a_missing_consent(self, world: SyncWorld) -> None:
        world.account(namespace="platform")
        world.store(serviceAccountRef={"name": "reader", "namespace": "platform"})
        refusal = await self.refused(world)
        assert isinstance(refusal, GrantError)
        assert "keyferry.io/usable-from" in str(refusal)

    async def test_a_missing_tenant(self, world: SyncWorld) -> None:
        world.account()
        document = world.store()
        del document["spec"]["provider"]["azurekv"]["tenantId"]
        world.cluster.replace(SECRET_STORES, KV, document, Write())
        refusal = await self.refused(world)
        assert isinstance(refusal, SpecError)
        assert "has no tenant" in str(refusal)

    async def test_no_store_at_all(self, world: SyncWorld) -> None:
        world.account()
        world.store()
        own = {"sourceRef": {"storeRef": {"name": "kv", "kind": "SecretStore"}}}
        spec = watched(world, {"secretStoreRef": {"name": "kv"}, "data": [item("db-user") | own]})
        with pytest.raises(SpecError, match="names no store"):
            await world.observer.access(_without_store(spec), None)


def _without_store(spec: ExternalSecret) -> ExternalSecret:
    return replace(spec, store=None)


async def test_with_its_owners_consent_an_account_of_another_namespace_serves(world: SyncWorld) -> None:
    world.account(namespace="platform", usable_from="app")
    world.store(serviceAccountRef={"name": "reader", "namespace": "platform"})
    world.put("db-password", "first")
    values = await world.observer.values(watched(world, {}), fresh=True)
    assert value(values.data[0]) == b"first"


async def test_the_operators_tenant_serves_stores_that_name_none(world: SyncWorld) -> None:
    world.account()
    document = world.store()
    del document["spec"]["provider"]["azurekv"]["tenantId"]
    world.cluster.replace(SECRET_STORES, KV, document, Write())
    spec = watched(world, {})
    stored = StoredSecrets(world.client, world.azure.clock)
    identities = Identities(world.caches.accounts, stored, OwnIdentity(tenant_id=OTHER_TENANT))
    directory = Directory(world.caches.stores, world.caches.namespaces, identities)
    observer = Observer(world.caches, world.client, world.reader, directory, TemplateSources(world.client))
    assert (await observer.access(spec, None)).identity.tenant_id == OTHER_TENANT


async def test_a_store_that_changed_does_not_wait_for_an_old_refusal_to_be_forgotten(world: SyncWorld) -> None:
    world.account()
    world.store()
    world.put("db-password", "first")
    trusted = world.azure.azure.identities[TENANT][CLIENT]
    world.azure.azure.identities[TENANT][CLIENT] = []
    spec = watched(world, {})
    refused = error((await world.observer.values(spec, fresh=True)).data[0])
    world.azure.azure.identities[TENANT][CLIENT] = trusted
    assert error((await world.observer.values(spec, fresh=True)).data[0]) is refused, "the refusal is remembered"

    for identity in world.directory.changed(KV):
        world.reader.forget(identity)

    assert value((await world.observer.values(spec, fresh=True)).data[0]) == b"first"


class TestSnapshot:
    async def test_nothing_for_what_is_gone(self, world: SyncWorld) -> None:
        assert world.observer.snapshot(DB) is None
        assert world.directory.watched(KV) is None
        assert world.directory.parsed(KV) is None

    async def test_the_cached_secret_and_those_under_former_names(self, world: SyncWorld) -> None:
        world.account()
        world.store()
        world.external()
        world.put("db-password", "first")
        await world.reconcile()
        world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(name="new"))
        world.catch_up()
        snapshot = world.observer.snapshot(DB)
        assert snapshot is not None
        assert snapshot.secret is None
        assert [orphan.metadata.name for orphan in snapshot.orphans] == ["db"]

    async def test_a_secret_that_another_uid_controls_is_no_orphan(self, world: SyncWorld) -> None:
        world.account()
        world.store()
        world.external()
        world.put("db-password", "first")
        await world.reconcile()
        world.cluster.remove(EXTERNAL_SECRETS, DB)
        world.external({"target": {"name": "new"}})
        world.catch_up()
        snapshot = world.observer.snapshot(DB)
        assert snapshot is not None
        assert snapshot.orphans == ()

    async def test_an_invalid_spec_is_data(self, world: SyncWorld) -> None:
        world.external({"data": []})
        world.catch_up()
        snapshot = world.observer.snapshot(DB)
        assert snapshot is not None
        assert isinstance(world.observer.spec(snapshot.external), SpecError)


class TestLiveSecret:
    async def test_it_is_read_whole_with_what_we_wrote_of_it(self, world: SyncWorld) -> None:
        world.account()
        world.store()
        world.external(labels={"tier": "1"})
        world.put("db-password", "first")
        await world.reconcile()
        world.edit(SECRETS, DB, lambda secret: secret["metadata"]["labels"].update(theirs="1"))
        world.catch_up()
        snapshot = world.observer.snapshot(DB)
        assert snapshot is not None
        assert snapshot.secret is not None
        assert not snapshot.secret.is_complete
        live = (await world.observer.with_live_secret(snapshot)).secret
        assert live is not None
        assert live.managed is not None
        assert "tier" in live.managed.labels
        assert "theirs" not in live.managed.labels

    async def test_one_that_is_gone_is_none(self, world: SyncWorld) -> None:
        world.external()
        world.catch_up()
        snapshot = world.observer.snapshot(DB)
        assert snapshot is not None
        assert (await world.observer.with_live_secret(snapshot)).secret is None


@pytest.mark.parametrize(
    ("first", "second", "spec", "foreign"),
    [
        pytest.param("", "", {}, False, id="stores-of-no-class"),
        pytest.param("default", "", {}, False, id="stores-of-ours"),
        pytest.param("other", "", {}, True, id="a-store-of-another"),
        pytest.param("", "other", {}, False, id="a-store-that-it-does-not-name"),
        pytest.param("", "other", {"data": [item("db-user", store="kv2")]}, True, id="an-entrys-store-of-another"),
        pytest.param("", "", {"data": [item("db-user", store="gone")]}, False, id="an-unknown-store-is-no-others"),
    ],
)
async def test_is_foreign(world: SyncWorld, first: str, second: str, spec: dict[str, Any], foreign: bool) -> None:
    world.store(controller=first)
    world.store("kv2", controller=second)
    assert world.observer.is_foreign(watched(world, spec), "default") is foreign


class TestNotedStatus:
    """The answer to a write of the status is kept until the watch tells it."""

    @staticmethod
    def answer(world: SyncWorld) -> bytes:
        document = world.cluster.get(EXTERNAL_SECRETS, DB)
        document["status"] = {"syncedResourceVersion": "1-a"}
        return json.dumps(world.cluster.replace(EXTERNAL_SECRETS, DB, document, Write(subresource="status"))).encode()

    async def test_it_is_kept(self, world: SyncWorld) -> None:
        world.external()
        world.catch_up()
        seen = world.caches.externals.get(DB)
        assert seen is not None
        world.observer.note_status(seen, self.answer(world))
        kept = world.caches.externals.get(DB)
        assert kept is not None
        assert kept.status.synced_resource_version == "1-a"

    async def test_it_never_takes_the_place_of_something_newer(self, world: SyncWorld) -> None:
        world.external()
        world.catch_up()
        seen = world.caches.externals.get(DB)
        assert seen is not None
        answer = self.answer(world)
        world.edit(EXTERNAL_SECRETS, DB, lambda external: external["spec"]["target"].update(name="new"))
        world.catch_up()
        world.observer.note_status(seen, answer)
        kept = world.caches.externals.get(DB)
        assert kept is not None
        assert kept.target_name == "new"

    async def test_it_brings_nothing_back_that_is_gone(self, world: SyncWorld) -> None:
        world.external()
        world.catch_up()
        seen = world.caches.externals.get(DB)
        assert seen is not None
        answer = self.answer(world)
        world.caches.externals.deleted(DB)
        world.observer.note_status(seen, answer)
        assert world.caches.externals.get(DB) is None


async def test_a_spec_is_parsed_once_for_each_of_its_versions(world: SyncWorld) -> None:
    first = world.observer.spec(external_secrets.external())
    assert world.observer.spec(external_secrets.external(resourceVersion="8")) is first
    for change in ({"generation": 2}, {"labels": {"a": "b"}}, {"annotations": {"a": "b"}}, {"uid": "u-2"}):
        parsed = world.observer.spec(external_secrets.external({"refreshInterval": "5m"}, **change))
        assert parsed is not first
    wrong = external_secrets.external({"data": []}, generation=9)
    assert isinstance(world.observer.spec(wrong), SpecError)
    assert isinstance(world.observer.spec(external_secrets.external(generation=10)), ExternalSecret)
