"""Secrets that stores read their identities from are watched by name, and nothing else of them comes in."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.sync.kinds import SECRET_STORES
from keyferry.sync.stores.credential_watch import LIMIT, CredentialWatch
from tests.fakes.patience import patient
from tests.fakes.sync_world import KV, SyncWorld

AZURE = Key(namespace="app", name="azure")
ELSEWHERE = Key(namespace="web", name="azure")


def principal(secret: str = "azure") -> dict[str, Any]:
    return {
        "authType": "ServicePrincipal",
        "authSecretRef": {"clientId": {"name": secret, "key": "id"}, "clientSecret": {"name": secret, "key": "secret"}},
    }


def seed(world: SyncWorld, key: Key) -> None:
    data = {"secret": "aHVudGVyMg=="}
    world.cluster.seed(SECRETS, {"metadata": {"name": key.name, "namespace": key.namespace}, "data": data})


class Heard:
    """Whom the watch told, and a way to wait for more."""

    def __init__(self) -> None:
        self.keys: list[Key] = []
        self._more = asyncio.Event()

    def __call__(self, key: Key) -> None:
        self.keys.append(key)
        self._more.set()

    async def next(self) -> Key:
        async with patient():
            while not self.keys:
                self._more.clear()
                await self._more.wait()
        return self.keys.pop(0)


@asynccontextmanager
async def watching(world: SyncWorld, namespace: str = "") -> AsyncIterator[Heard]:
    heard = Heard()
    task = asyncio.create_task(CredentialWatch(world.client, namespace, world.caches.stores, heard).run())
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.wait([task])


def watches(world: SyncWorld) -> list[str]:
    return sorted(seen.query["fieldSelector"] for seen in world.api.seen if seen.verb == "watch")


def lists(number: int, world: SyncWorld) -> Callable[[], bool]:
    return lambda: len(watches(world)) == number


async def test_a_secret_that_changes_or_appears_is_told_and_one_that_was_there_is_not(world: SyncWorld) -> None:
    seed(world, AZURE)
    async with watching(world) as heard:
        world.store(**principal())
        world.catch_up()
        await world.api.until(lists(1, world))
        world.edit(SECRETS, AZURE, lambda secret: secret["data"].update(secret="bmV3"))
        assert await heard.next() == AZURE
        seed(world, Key(namespace="app", name="another"))
        seed(world, ELSEWHERE)
        assert await heard.next() == ELSEWHERE
        world.cluster.remove(SECRETS, AZURE)
        assert await heard.next() == AZURE
    assert watches(world) == ["metadata.name=azure"]
    assert all("as=PartialObjectMetadata" in seen.headers["accept"] for seen in world.api.seen if seen.verb != "get")


async def test_one_watch_serves_all_stores_of_a_name_and_ends_with_the_last(world: SyncWorld) -> None:
    async with watching(world, "app") as heard:
        for name in ("kv", "kv2"):
            world.store(name, **principal())
        world.store("kv3", **principal("other"))
        world.catch_up()
        await world.api.until(lists(2, world))
        world.cluster.remove(SECRET_STORES, KV)
        world.cluster.remove(SECRET_STORES, Key(namespace="app", name="kv3"))
        world.store("kv4", **principal("third"))
        world.catch_up()
        await world.api.until(lists(3, world))
        for name in ("other", "third", "azure"):
            seed(world, Key(namespace="app", name=name))
        assert {await heard.next(), await heard.next()} == {AZURE, Key(namespace="app", name="third")}
        assert heard.keys == []
    assert watches(world) == [f"metadata.name={name}" for name in ("azure", "other", "third")]
    assert {seen.path for seen in world.api.seen} == {"/api/v1/namespaces/app/secrets"}


async def test_names_have_a_limit(world: SyncWorld) -> None:
    async with watching(world):
        for number in range(LIMIT + 2):
            world.store(f"kv{number}", **principal(f"azure{number}"))
        world.catch_up()
        await world.api.until(lists(LIMIT, world))
    assert len(set(watches(world))) == LIMIT


async def test_who_stores_nothing_watches_nothing(world: SyncWorld) -> None:
    async with watching(world):
        world.store()
        world.catch_up()
        await asyncio.sleep(0)
    assert world.api.seen == []
