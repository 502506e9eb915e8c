"""Which change in the cluster wakes whom."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from keyferry.kube.controller.loop import Controller, Done, Result
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import CONFIG_MAPS, SECRETS, SERVICE_ACCOUNTS
from keyferry.model.identity import ClientId, ManagedIdentity
from keyferry.model.secrets import ObjectKind, SecretName, SecretRef, SecretVersion, VaultUrl
from keyferry.sync.apply import Applier
from keyferry.sync.consumers import Interest
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.observe import Observer
from keyferry.sync.reconciler import Habits, Reconciler
from keyferry.sync.stores.wakes import Grounds, StoreWakes
from keyferry.sync.template_sources import Source, TemplateSources
from keyferry.sync.wakes import Wakes
from keyferry.vault.events.hints import Hint
from keyferry.vault.reader import Reader
from tests.fakes import external_secrets
from tests.fakes.kube_world import Json, Write
from tests.fakes.sync_world import DB, KV, SyncWorld

OTHER = Key(namespace="app", name="other")
READER = Key(namespace="app", name="reader")
FOREIGN = Key(namespace="web", name="db")
OTHERS_STORE = Key(namespace="app", name="kv2")
INTEREST = Interest(
    identity=ManagedIdentity(client_id=ClientId("me")),
    vault_url=VaultUrl("https://kv-prod.vault.azure.net"),
    kind=ObjectKind.SECRET,
    name="db",
)
MANAGED = {"reconcile.external-secrets.io/managed": "true"}


def changing(change: Callable[[Json], None]) -> Callable[[Json], None]:
    """Give a lambda its type."""
    return change


async def never(_key: Key) -> Result:
    return Done()


class Woken:
    """Two controllers that never run: who waits in their queues was woken."""

    def __init__(self, world: SyncWorld) -> None:
        self.world = world
        self.externals = Controller("externalsecret", never)
        self.stores = Controller("secretstore", never)
        caches = world.caches
        grounds = Grounds(stores=caches.stores, accounts=caches.accounts, namespaces=caches.namespaces)
        self.store_wakes = StoreWakes(grounds, world.directory, self.stores.enqueue, world.reader.forget)
        self.wakes = Wakes(caches, world.observer, self.externals, self.store_wakes)

    def connect(self) -> None:
        """Listen from now on."""
        self.store_wakes.connect()
        self.wakes.connect()

    def by(self, change: Callable[[], Any]) -> tuple[set[Key], set[Key]]:
        """Make a change, let the caches see it, and return who was woken: ExternalSecrets, and stores."""
        change()
        self.world.catch_up()
        return _drained(self.externals), _drained(self.stores)


def _drained(controller: Controller) -> set[Key]:
    now = asyncio.get_running_loop().time()
    found = set()
    while (key := controller.queue.take(now)) is not None:
        controller.queue.done(key, now)
        found.add(key)
    return found


@pytest.fixture
async def woken(world: SyncWorld) -> Woken:
    """Two ExternalSecrets of two stores, one account for both, and one of another namespace."""
    world.put("db-password", "first")
    world.account()
    world.account(namespace="web")
    world.store()
    world.store("kv2")
    world.store(namespace="web")
    world.external()
    world.external({"secretStoreRef": {"name": "kv2"}, "target": {"name": "other"}}, name="other")
    world.external(namespace="web")
    world.cluster.seed(SECRETS, {"metadata": {"name": "db", "namespace": "app", "labels": MANAGED}})
    made = Woken(world)
    world.catch_up()
    made.connect()
    return made


async def test_what_did_not_change_wakes_nobody(woken: Woken) -> None:
    assert woken.by(lambda: None) == (set(), set())


async def test_a_new_external_secret_is_woken(woken: Woken) -> None:
    new = Key(namespace="app", name="new")
    assert woken.by(lambda: woken.world.external(name="new")) == ({new}, set())


async def test_a_deleted_one_is_woken(woken: Woken) -> None:
    assert woken.by(lambda: woken.world.cluster.remove(EXTERNAL_SECRETS, DB)) == ({DB}, set())


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda body: body["spec"].update(refreshInterval="2h"), id="spec"),
        pytest.param(lambda body: body["metadata"].update(labels={"a": "b"}), id="label"),
        pytest.param(lambda body: body["metadata"].update(annotations={"force-sync": "1"}), id="annotation"),
        pytest.param(lambda body: body["metadata"].update(finalizers=["a.io/x"]), id="finalizer"),
    ],
)
async def test_a_changed_one_is_woken(woken: Woken, change: Callable[[Json], None]) -> None:
    assert woken.by(lambda: woken.world.edit(EXTERNAL_SECRETS, DB, change)) == ({DB}, set())


async def test_a_status_wakes_nobody(woken: Woken) -> None:
    def tell() -> None:
        document = woken.world.cluster.get(EXTERNAL_SECRETS, DB) | {"status": {"syncedResourceVersion": "1-a"}}
        woken.world.cluster.replace(EXTERNAL_SECRETS, DB, document, Write(subresource="status"))

    assert woken.by(tell) == (set(), set())


async def test_an_edited_secret_wakes_its_external_secret(woken: Woken) -> None:
    edit = changing(lambda secret: secret.update(data={"A": "eA=="}))
    assert woken.by(lambda: woken.world.edit(SECRETS, DB, edit)) == ({DB}, set())


async def test_a_secret_that_holds_what_was_written_wakes_nobody(woken: Woken) -> None:
    await woken.world.reconcile()
    _drained(woken.externals)
    label = changing(lambda secret: secret["metadata"]["labels"].update(theirs="1"))
    assert woken.by(lambda: woken.world.edit(SECRETS, DB, label)) == (set(), set())
    value = changing(lambda secret: secret["data"].update(PASSWORD="eA=="))
    assert woken.by(lambda: woken.world.edit(SECRETS, DB, value)) == ({DB}, set())


async def test_a_deleted_secret_wakes_its_external_secret(woken: Woken) -> None:
    assert woken.by(lambda: woken.world.cluster.remove(SECRETS, DB)) == ({DB}, set())


async def test_a_secret_of_nobody_wakes_nobody(woken: Woken) -> None:
    loose = {"metadata": {"name": "loose", "namespace": "app", "labels": MANAGED}}
    assert woken.by(lambda: woken.world.cluster.seed(SECRETS, loose)) == (set(), set())


async def test_a_changed_store_is_checked_and_wakes_its_users(woken: Woken) -> None:
    change = changing(lambda store: store["spec"].update(controller="other"))
    assert woken.by(lambda: woken.world.edit(SECRET_STORES, KV, change)) == ({DB}, {KV})


async def test_a_deleted_store_wakes_its_users(woken: Woken) -> None:
    assert woken.by(lambda: woken.world.cluster.remove(SECRET_STORES, OTHERS_STORE)) == ({OTHER}, {OTHERS_STORE})


async def test_a_stores_status_wakes_nobody(woken: Woken) -> None:
    def tell() -> None:
        document = woken.world.cluster.get(SECRET_STORES, KV) | {"status": {"capabilities": "ReadOnly"}}
        woken.world.cluster.replace(SECRET_STORES, KV, document, Write(subresource="status"))

    assert woken.by(tell) == (set(), set())


async def test_an_account_wakes_the_stores_that_use_it_and_their_users(woken: Woken) -> None:
    change = changing(lambda account: account["metadata"].update(annotations={}))
    everyone = ({DB, OTHER}, {KV, OTHERS_STORE})
    assert woken.by(lambda: woken.world.edit(SERVICE_ACCOUNTS, READER, change)) == everyone
    assert woken.by(lambda: woken.world.cluster.remove(SERVICE_ACCOUNTS, READER)) == everyone


async def test_an_accounts_labels_wake_nobody(woken: Woken) -> None:
    change = changing(lambda account: account["metadata"].update(labels={"a": "b"}))
    assert woken.by(lambda: woken.world.edit(SERVICE_ACCOUNTS, READER, change)) == (set(), set())


async def test_an_account_that_no_store_uses_wakes_nobody(woken: Woken) -> None:
    assert woken.by(lambda: woken.world.account("another")) == (set(), set())


async def test_a_store_that_names_no_account_is_not_woken(woken: Woken) -> None:
    spoil = changing(lambda store: store["spec"]["provider"]["azurekv"].update(serviceAccountRef=3))
    woken.by(lambda: woken.world.edit(SECRET_STORES, KV, spoil))
    change = changing(lambda account: account["metadata"].update(annotations={}))
    assert woken.by(lambda: woken.world.edit(SERVICE_ACCOUNTS, READER, change)) == ({OTHER}, {OTHERS_STORE})


async def test_a_store_of_another_namespace_wakes_its_own(woken: Woken) -> None:
    change = changing(lambda store: store["spec"].update(controller="other"))
    store = Key(namespace="web", name="kv")
    assert woken.by(lambda: woken.world.edit(SECRET_STORES, store, change)) == ({FOREIGN}, {store})


class TestStoresOfTheCluster:
    """Two namespaces use one store as their own accounts."""

    SHARED = Key(name="shared")

    @pytest.fixture
    async def cluster(self, world: SyncWorld) -> Woken:
        world.cluster_store()
        for namespace in ("app", "web"):
            world.account(namespace=namespace)
            reference = {"kind": "ClusterSecretStore", "name": "shared"}
            world.external({"secretStoreRef": reference}, namespace=namespace)
        world.store()
        world.external({"target": {"name": "other"}}, name="other")
        made = Woken(world)
        world.catch_up()
        made.connect()
        return made

    async def test_a_changed_store_wakes_its_users_everywhere(self, cluster: Woken) -> None:
        change = changing(lambda store: store["spec"].update(controller="other"))
        woken = cluster.by(lambda: cluster.world.edit(CLUSTER_SECRET_STORES, self.SHARED, change))
        assert woken == ({DB, FOREIGN}, {self.SHARED})

    async def test_an_account_wakes_the_users_of_its_namespace_alone(self, cluster: Woken) -> None:
        change = changing(lambda account: account["metadata"].update(annotations={}))
        woken = cluster.by(lambda: cluster.world.edit(SERVICE_ACCOUNTS, READER, change))
        assert woken == ({DB, OTHER}, {KV}), "other is of the store app/kv"


class TestAfterARestart:
    """An object is at rest, its interval is an hour, and the process that read it is gone."""

    @pytest.fixture
    async def again(self, world: SyncWorld) -> Woken:
        """A new process's eyes on a cluster that is in step."""
        world.account()
        world.store()
        for name in ("db-password", "db-user"):
            world.put(name, "first")
        names = (("A", "db-password"), ("B", "db-user"))
        entries = [{"secretKey": key, "remoteRef": {"key": name}} for key, name in names]
        world.external({"data": entries, "refreshInterval": "1h"})
        await world.reconcile()
        reader = Reader(world.azure.credentials, world.azure.session, world.azure.clock)
        world.observer = Observer(world.caches, world.client, reader, world.directory, TemplateSources(world.client))
        applier = Applier(world.client, world.recorder, world.observer.note_status)
        world.reconciler = Reconciler(world.observer, applier, world.azure.clock, Habits())
        world.azure.azure.requests.clear()
        return Woken(world)

    def hint(self, name: str = "DB-User", vault: str = "kv-prod") -> Hint:
        return Hint(vault=vault, kind=ObjectKind.SECRET, name=SecretName(name), version=SecretVersion(""))

    async def test_an_event_wakes_what_is_at_rest(self, again: Woken) -> None:
        world = again.world
        await world.reconcile()
        assert not world.azure.azure.requests, "it is at rest"
        world.put("db-user", "second")
        assert again.by(lambda: again.wakes.on_hint(self.hint("other"))) == (set(), set())
        assert again.by(lambda: again.wakes.on_hint(self.hint(vault="kv-other"))) == (set(), set())
        assert again.by(lambda: again.wakes.on_hint(self.hint())) == ({DB}, set())
        await world.reconcile()
        assert world.data() == {"A": "first", "B": "second"}
        assert again.by(lambda: again.wakes.on_hint(self.hint())) == (set(), set()), "its feed knows it now"

    async def test_an_event_that_comes_before_the_first_look_is_not_lost(self, again: Woken) -> None:
        world = again.world
        world.put("db-user", "second")
        again.wakes.on_hint(self.hint())
        await world.reconcile()
        assert world.data() == {"A": "first", "B": "second"}

    async def test_what_is_gone_is_expected_no_more(self, again: Woken) -> None:
        await again.world.reconcile()
        again.by(lambda: again.world.cluster.remove(EXTERNAL_SECRETS, DB))
        await again.world.reconcile()
        assert again.by(lambda: again.wakes.on_hint(self.hint())) == (set(), set())


class TestTemplates:
    async def test_what_holds_a_template_is_watched_once_it_is_named_and_wakes_who_names_it(
        self, world: SyncWorld
    ) -> None:
        source: Source = ("ConfigMap", Key(namespace="app", name="web"))
        world.cluster.seed(CONFIG_MAPS, {"metadata": {"name": "web", "namespace": "app"}, "data": {"t": "1"}})
        sources = TemplateSources(world.client)
        woken = Woken(world)
        woken.wakes.follow(sources)
        woken.connect()
        told = asyncio.Event()
        sources.on_change(lambda _: told.set())
        watching = asyncio.create_task(sources.watch())
        template = {"templateFrom": [{"configMap": {"name": "web", "items": [{"key": "t"}]}}]}
        woken.by(lambda: world.external({"target": {"name": "db", "template": template}}))
        await sources.read(source)

        def edit(config_map: Json) -> None:
            config_map["data"] = {"t": "2"}

        while sources.version(source) is None:  # noqa: ASYNC110  (a cache tells no event of its own)
            await asyncio.sleep(0)
        world.edit(CONFIG_MAPS, source[1], edit)
        await told.wait()
        assert world.observer.consumers.woken(DB) > 0
        assert _drained(woken.externals) == {DB}
        watching.cancel()
        await asyncio.wait([watching])


async def test_who_is_new_goes_first_then_changes_then_what_was_right_before(world: SyncWorld) -> None:
    woken = Woken(world)
    woken.connect()
    synced = {"refreshTime": "2026-11-22T11:00:00Z"}
    for name, status in (("old", synced), ("changed", synced), ("new", {})):
        watched = external_secrets.external({"target": {"name": name}}, status, name=name)
        world.caches.externals.applied(watched.metadata.key, watched)
    world.observer.consumers.reads(Key(namespace="app", name="changed"), [INTEREST])
    woken.wakes.on_change(INTEREST.identity, SecretRef(vault_url=INTEREST.vault_url, name=SecretName("db")))
    now = asyncio.get_running_loop().time()
    order = [woken.externals.queue.take(now) for _ in range(3)]
    assert [key.name for key in order if key is not None] == ["new", "changed", "old"]
