"""Replicas that share the stores: each object has one worker, and what a replica leaves behind is taken over."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

import msgspec
import pytest

from keyferry.cli import looking
from keyferry.cli.processes import Process
from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import EVENTS, LEASES
from tests.fakes.patience import PATIENCE
from tests.scenario.stage import CANARY, NAMESPACES, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")

SHARDS = 8
FLAGS = ("--shards", str(SHARDS), "--lease-namespace", "default")


class Shards:
    """Three replicas, and who holds what by the word of the Leases."""

    def __init__(self, stage: Stage, others: dict[str, Process]) -> None:
        self.stage = stage
        self.others = others

    async def held(self) -> Counter[str]:
        """How many shards each replica holds."""
        found: Counter[str] = Counter()
        async for page in self.stage.client.list(LEASES, namespace="default"):
            for item in page.items:
                lease = msgspec.json.decode(item)
                if "-shard-" in lease["metadata"]["name"]:
                    found[lease["spec"].get("holderIdentity") or ""] += 1
        return found

    async def until_held_by(self, replicas: int) -> None:
        """Wait until so many replicas hold all shards among them, and each has some."""

        async def look() -> bool | None:
            held = await self.held()
            return ("" not in held and sum(held.values()) == SHARDS and len(held) == replicas) or None

        await looking.until(look, seconds=PATIENCE, what=f"{replicas} replicas that hold all shards")


@asynccontextmanager
async def shards(session: Session) -> AsyncIterator[Shards]:
    async with AsyncExitStack() as stack:
        stage = await stack.enter_async_context(Stage.open(session, *FLAGS))
        others = {}
        for name in ("second", "third"):
            others[name] = session.operator(session.lab.folder / f"{name}.log", *FLAGS)
            await others[name].start()
            stack.push_async_callback(others[name].stop)
        yield Shards(stage, others)


async def test_each_object_has_one_worker_and_shards_change_hands(session: Session) -> None:
    async with shards(session) as made:
        stage = made.stage
        await made.until_held_by(3)
        keys: list[Key] = []
        for namespace in NAMESPACES:
            await stage.prepare(namespace)
            keys += [await stage.put(namespace, f"db-{number}") for number in range(3)]
        await asyncio.gather(*(stage.ready(key) for key in keys))

        await made.others["third"].stop()
        await made.until_held_by(2)
        await made.others["second"].kill()
        await made.until_held_by(1)

        await stage.rotate("db-password", f"{CANARY}-rotated")
        await asyncio.gather(*(stage.holding(key, PASSWORD=f"{CANARY}-rotated") for key in keys))
        assert await _creations(stage) == dict.fromkeys((f"{key}" for key in keys), 1)


async def _creations(stage: Stage) -> dict[str, int]:
    """How often a Secret was created for each ExternalSecret, by all replicas' events."""
    found: Counter[str] = Counter()
    async for page in stage.client.list(EVENTS):
        for item in page.items:
            event = msgspec.json.decode(item)
            about = event["involvedObject"]
            if event["reason"] == "Created" and about["kind"] == "ExternalSecret":
                found[f"{about['namespace']}/{about['name']}"] += event.get("count", 1)
    return dict(found)
