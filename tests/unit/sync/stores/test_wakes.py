"""Which change wakes the check of which store, and whose users where; who is asked anew."""

from collections.abc import Callable
from typing import Any

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import NAMESPACES, SERVICE_ACCOUNTS
from keyferry.model.errors import Where
from keyferry.model.identity import Identity
from keyferry.spec.sources import StoreRef
from keyferry.sync.kinds import CLUSTER_SECRET_STORES, SECRET_STORES
from keyferry.sync.stores.wakes import Grounds, StoreWakes
from tests.fakes.kube_world import Json, Write
from tests.fakes.sync_world import KV, SyncWorld

SHARED = Key(name="shared")
READER = Key(namespace="app", name="reader")
PROD = {"namespaceSelector": {"matchLabels": {"tier": "prod"}}}
ASKER = Where(kind="ExternalSecret", namespace="app", name="db")


class Woken:
    """Who was woken: stores to be checked, and users of stores as (store, namespace, whether it is an edit)."""

    def __init__(self, world: SyncWorld) -> None:
        self.world = world
        self.checked: list[Key] = []
        self.told: list[tuple[Key, str | None, bool]] = []
        self.forgotten: list[Identity] = []
        caches = world.caches
        grounds = Grounds(stores=caches.stores, accounts=caches.accounts, namespaces=caches.namespaces)
        self.wakes = StoreWakes(grounds, world.directory, self.checked.append, self.forgotten.append)
        self.wakes.subscribe(self._tell)
        self.wakes.connect()

    def _tell(self, store: Key, namespace: str | None, *, is_edit: bool) -> None:
        self.told.append((store, namespace, is_edit))

    def by(self, change: Callable[[], Any]) -> tuple[list[Key], list[tuple[Key, str | None, bool]]]:
        """Make a change, let the caches see it, and return who was woken."""
        self.checked.clear()
        self.told.clear()
        change()
        self.world.catch_up()
        return sorted(self.checked), sorted(self.told, key=lambda told: (str(told[0]), str(told[1])))

    async def ask(self, namespace: str) -> Identity:
        reference = StoreRef(kind="ClusterSecretStore", name="shared")
        return (await self.world.directory.access(reference, namespace, ASKER)).identity


def changing(change: Callable[[Json], None]) -> Callable[[Json], None]:
    """Give a lambda its type."""
    return change


@pytest.fixture
async def woken(world: SyncWorld) -> Woken:
    """A store of one namespace, one for each namespace's own account, and one for labelled namespaces."""
    world.store()
    world.cluster_store()
    world.cluster_store("prod", [PROD], serviceAccountRef={"name": "reader", "namespace": "platform"})
    for namespace in ("app", "web", "platform"):
        world.account(namespace=namespace)
    world.catch_up()
    world.caches.namespaces.synced()
    return Woken(world)


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda store: store["spec"].update(controller="x"), id="spec"),
        pytest.param(lambda store: store["metadata"].update(annotations={"a": "b"}), id="annotations"),
    ],
)
async def test_what_a_store_says_concerns_its_users_everywhere(woken: Woken, change: Callable[[Json], None]) -> None:
    identities = {await woken.ask("app"), await woken.ask("web")}
    told = woken.by(lambda: woken.world.edit(CLUSTER_SECRET_STORES, SHARED, change))
    assert told == ([SHARED], [(SHARED, None, True)])
    assert set(woken.forgotten) == identities


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda store: store["metadata"].update(labels={"a": "b"}), id="labels"),
        pytest.param(lambda store: store["metadata"].update(finalizers=["a.io/b"]), id="finalizers"),
    ],
)
async def test_what_stands_between_a_store_and_others_concerns_its_check_alone(
    woken: Woken, change: Callable[[Json], None]
) -> None:
    assert woken.by(lambda: woken.world.edit(SECRET_STORES, KV, change)) == ([KV], [])


async def test_a_status_concerns_nobody(woken: Woken) -> None:
    cluster = woken.world.cluster
    document = cluster.get(SECRET_STORES, KV) | {"status": {"capabilities": "ReadWrite"}}
    told = woken.by(lambda: cluster.replace(SECRET_STORES, KV, document, Write(subresource="status")))
    assert told == ([], [])


async def test_a_store_that_comes_or_goes_is_no_edit(woken: Woken) -> None:
    assert woken.by(lambda: woken.world.cluster.remove(SECRET_STORES, KV)) == ([KV], [(KV, None, False)])
    assert woken.by(woken.world.store) == ([KV], [(KV, None, False)])


async def test_an_account_concerns_the_users_of_its_namespace_and_those_of_stores_that_name_it(woken: Woken) -> None:
    app, _web = await woken.ask("app"), await woken.ask("web")
    change = changing(lambda account: account["metadata"].update(annotations={}))
    edit = woken.by(lambda: woken.world.edit(SERVICE_ACCOUNTS, READER, change))
    assert edit == ([KV], [(KV, None, True), (SHARED, "app", True)])
    assert woken.forgotten == [app]
    platform = Key(namespace="platform", name="reader")
    everywhere = woken.by(lambda: woken.world.cluster.remove(SERVICE_ACCOUNTS, platform))
    assert everywhere == ([Key(name="prod")], [(Key(name="prod"), None, False), (SHARED, "platform", False)])


async def test_labels_of_an_account_concern_nobody(woken: Woken) -> None:
    change = changing(lambda account: account["metadata"].update(labels={"a": "b"}))
    assert woken.by(lambda: woken.world.edit(SERVICE_ACCOUNTS, READER, change)) == ([], [])


async def test_labels_of_a_namespace_concern_its_users_of_stores_that_ask_for_them(woken: Woken) -> None:
    def label(**labels: str) -> Callable[[], Any]:
        change = changing(lambda namespace: namespace["metadata"].update(labels=labels))
        return lambda: woken.world.edit(NAMESPACES, Key(name="web"), change)

    nobody: list[Key] = []
    turned = nobody, [(Key(name="prod"), "web", True)]
    assert woken.by(label(tier="prod")) == turned
    assert woken.by(label(tier="prod", team="shop")) == ([], [])
    assert woken.by(label()) == turned


async def test_of_a_namespace_that_goes_nothing_is_kept(woken: Woken) -> None:
    await woken.ask("web")
    assert woken.by(lambda: woken.world.cluster.remove(NAMESPACES, Key(name="web"))) == ([], [])
    assert woken.world.directory.changed(SHARED, "web") == frozenset()


async def test_the_first_list_of_namespaces_concerns_nobody(woken: Woken) -> None:
    woken.world.caches.namespaces.has_synced = False
    change = changing(lambda namespace: namespace["metadata"].update(labels={"tier": "prod"}))
    assert woken.by(lambda: woken.world.edit(NAMESPACES, Key(name="web"), change)) == ([], [])


async def test_a_credential_concerns_the_stores_that_read_it_and_the_users_of_its_namespace(woken: Woken) -> None:
    def named(**place: str) -> dict[str, Any]:
        selectors = {name: {"name": "azure", "key": name, **place} for name in ("clientId", "clientSecret")}
        return {"authType": "ServicePrincipal", "authSecretRef": selectors}

    woken.world.store("stored", **named())
    woken.world.cluster_store("each", **named())
    woken.world.cluster_store("one", **named(namespace="app"))
    woken.world.catch_up()
    woken.checked.clear()
    woken.told.clear()
    woken.wakes.on_credential(Key(namespace="app", name="azure"))
    stored, each, one = Key(namespace="app", name="stored"), Key(name="each"), Key(name="one")
    assert sorted(woken.checked) == [one, stored]
    expected = [(stored, None, False), (each, "app", False), (one, None, False)]
    assert sorted(woken.told, key=lambda told: (str(told[0]), str(told[1]))) == expected
