"""Stores are found by reference, parsed once, and asked as whom their spec says."""

import pytest

from keyferry.kube.wire.objects import Key
from keyferry.model.errors import NotFound, Where
from keyferry.spec.secret_store import SecretStore
from keyferry.spec.sources import StoreRef
from keyferry.sync.kinds import SECRET_STORES
from tests.fakes.sync_world import KV, SyncWorld

ASKER = Where(kind="ExternalSecret", namespace="app", name="db", path="spec.secretStoreRef")


async def test_an_unknown_store_says_who_asked_and_what_to_do(world: SyncWorld) -> None:
    with pytest.raises(NotFound, match="SecretStore app/gone does not exist"):
        await world.directory.access(StoreRef(kind="SecretStore", name="gone"), "app", ASKER)


async def test_nothing_is_kept_of_what_is_gone(world: SyncWorld) -> None:
    assert world.directory.watched(Key(namespace="app", name="gone")) is None
    assert world.directory.parsed(Key(namespace="app", name="gone")) is None


async def test_a_store_is_parsed_once_for_each_of_its_versions(world: SyncWorld) -> None:
    world.store()
    world.catch_up()
    first = world.directory.parsed(KV)
    world.catch_up()
    assert isinstance(first, SecretStore)
    assert world.directory.parsed(KV) is first
    world.edit(SECRET_STORES, KV, lambda store: store["spec"].update(controller="other"))
    world.catch_up()
    second = world.directory.parsed(KV)
    assert isinstance(second, SecretStore)
    assert second.controller == "other"
