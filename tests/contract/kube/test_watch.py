"""What the reflector promises, on any API server."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from structlog.testing import capture_logs

from keyferry.kube.client import Client
from keyferry.kube.controller.store import Store
from keyferry.kube.watch import Pace, Reflector
from keyferry.kube.wire import objects
from keyferry.kube.wire.objects import Key, PartialObject
from tests.contract.kube.conftest import WIDGETS, Cluster
from tests.fakes.patience import patient

PACE = Pace(timeout=timedelta(seconds=1), first_wait=timedelta(milliseconds=10), page_size=2)


class Followed:
    """A store fed by a reflector, and a way to wait for it to be as it should."""

    def __init__(self, client: Client) -> None:
        self.store: Store[PartialObject] = Store()
        self.reflector = Reflector(client, WIDGETS, objects.partial, self.store, pace=PACE)
        self._changed = asyncio.Event()
        self.store.subscribe(lambda key, old, new: self._changed.set())

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        task = asyncio.create_task(self.reflector.run())
        try:
            yield
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def holds(self, *names: str) -> None:
        async with patient():
            while {key.name for key in self.store} != set(names):
                self._changed.clear()
                await self._changed.wait()


async def create(client: Client, *names: str) -> None:
    for name in names:
        content = {"apiVersion": "example.org/v1", "kind": "Widget", "metadata": {"name": name}}
        await client.create(WIDGETS, "default", json.dumps(content).encode())


async def delete(client: Client, *names: str) -> None:
    for name in names:
        await client.delete(WIDGETS, Key(namespace="default", name=name))


async def test_the_store_follows_the_server(client: Client) -> None:
    await create(client, "a", "b", "c")
    followed = Followed(client)
    async with followed.running():
        await followed.reflector.wait_synced()
        await followed.holds("a", "b", "c")
        await create(client, "d")
        await delete(client, "a")
        await followed.holds("b", "c", "d")


async def test_watches_that_end_lose_nothing(client: Client) -> None:
    followed = Followed(client)
    async with followed.running():
        for number in range(6):
            await create(client, f"w{number}")
            await followed.holds(f"w{number}")
            await delete(client, f"w{number}")
            await followed.holds()


async def test_what_was_deleted_in_an_expired_gap_is_reported(client: Client, cluster: Cluster) -> None:
    await create(client, "a", "b", "c")
    followed = Followed(client)
    async with followed.running():
        await followed.holds("a", "b", "c")
    await delete(client, "a", "c")
    await create(client, "d")
    cluster.forget_history()
    with capture_logs() as logs:
        async with followed.running():
            await followed.holds("b", "d")
    assert [entry["event"] for entry in logs] == ["watch.expired"]


async def test_what_was_made_anew_in_a_gap_is_a_deletion_and_a_creation(client: Client, cluster: Cluster) -> None:
    await create(client, "a")
    followed = Followed(client)
    async with followed.running():
        await followed.holds("a")
    uids: list[str | None] = []
    followed.store.subscribe(lambda key, old, new: uids.append(new.metadata.uid if new else None))
    await delete(client, "a")
    await create(client, "a", "b")
    cluster.forget_history()
    with capture_logs():
        async with followed.running():
            await followed.holds("a", "b")
    assert uids[0] is None
    assert len({uid for uid in uids if uid}) == 2
