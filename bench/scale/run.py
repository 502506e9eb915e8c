"""`python -m bench.scale [--objects N] [--vaults V] [--identities I]`: the operator's life at scale, in phases."""

import argparse
import asyncio
import contextlib
import statistics
import time
from collections.abc import AsyncIterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec

from bench.rotation import open_session_in
from bench.scale.estate import KEYS, NAMESPACE, Estate, name, secret
from bench.scale.observed import Firsts, Outside, Seen
from bench.soak.memory import resident_mib
from bench.world import ENTRA_LATENCY, VAULT_LATENCY, usage
from keyferry.cli.processes import Process
from keyferry.cli.session import Session, open_session
from keyferry.kube.client import Selection
from keyferry.kube.manifests import Manifests
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab
from keyferry.lab.world.faults import Fault, Rule, Service
from keyferry.runtime import logs
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync import wire
from keyferry.sync.kinds import EXTERNAL_SECRETS, SECRET_STORES
from keyferry.sync.state import LiveSecret, WatchedExternalSecret

LIMIT_SECONDS = 600.0
AT_ONCE = 32
REST_SECONDS = 120.0
SETTLE_SECONDS = 130.0
FEED_SECONDS = 10


class Bench:
    """One estate in one lab."""

    def __init__(self, estate: Estate, session: Session, folder: Path) -> None:
        self.estate = estate
        self.session = session
        self._folder = folder
        self._manifests = Manifests(session.client)

    def operator(self, *flags: str) -> Process:
        return self.session.operator(self._folder / "operator.log", "--log-level", "warning", *flags)

    async def create(self, numbers: range) -> None:
        """Create objects, `AT_ONCE` at a time."""
        waiting = iter(numbers)

        async def one() -> None:
            for number in waiting:
                await self._manifests.apply(self.estate.external_secret(number))

        await asyncio.gather(*(one() for _ in range(AT_ONCE)))

    async def cold(self) -> None:
        """All objects are there when the operator starts."""
        await self.create(range(self.estate.objects))
        operator = self.operator()
        outside = Outside(self.session, operator)
        outside.begin()
        async with self.watching(EXTERNAL_SECRETS, wire.external_secret, Firsts(_is_ready)) as ready:
            await operator.start()
            looking = asyncio.create_task(outside.watch_connections())
            await ready.until(self.estate.objects, LIMIT_SECONDS)
            looking.cancel()
        counted = outside.counted()
        await operator.stop()
        print(f"start of the operator to all Ready: {counted.line()}")
        print(f"  connections to Azure {outside.connections}, peak memory not known after its end")

    async def life(self) -> None:
        """Objects come while it works; then rest, a new object behind a full refresh, rotations."""
        operator = self.operator()
        outside = Outside(self.session, operator)
        await operator.start()
        await asyncio.sleep(3)
        await self.created(operator, outside)
        await asyncio.sleep(SETTLE_SECONDS)
        outside.begin()
        await asyncio.sleep(REST_SECONDS)
        print(f"at rest, {REST_SECONDS:.0f} s:             {outside.counted().line()}")
        print(f"  memory: now {resident_mib(operator.pid):.0f} MiB, peak {usage(operator.pid).peak_mib:.0f} MiB")
        await self.one_more()
        await operator.stop()

    async def created(self, operator: Process, outside: Outside) -> None:
        """Create all while the operator works."""
        outside.begin()
        async with self.watching(EXTERNAL_SECRETS, wire.external_secret, Firsts(_is_ready)) as ready:
            looking = asyncio.create_task(outside.watch_connections())
            await self.create(range(self.estate.objects))
            applied = time.perf_counter()
            await ready.until(self.estate.objects, LIMIT_SECONDS)
            looking.cancel()
        print(f"created to all Ready:       {outside.counted().line()}")
        print(f"  of it after the last was created {time.perf_counter() - applied:.2f} s")
        print(f"  connections to Azure {outside.connections}, peak memory {usage(operator.pid).peak_mib:.0f} MiB")

    async def one_more(self) -> None:
        """A new object while every other one is being refreshed."""
        async with self.watching(EXTERNAL_SECRETS, wire.external_secret, Firsts(_is_ready)) as ready:
            await ready.until(self.estate.objects, LIMIT_SECONDS)
            edit = {"spec": {"refreshInterval": 301}}  # all that read from the stores are read again
            for number in range(self.estate.identities):
                key = Key(namespace=NAMESPACE, name=f"store-{number}")
                await self.session.client.merge_patch(SECRET_STORES, key, msgspec.json.encode(edit))
            await asyncio.sleep(0.2)
            began = time.perf_counter()
            number = self.estate.objects
            await self._manifests.apply(self.estate.external_secret(number))
            await ready.until(number + 1, LIMIT_SECONDS)
            print(f"one new object behind a full refresh: Ready after {ready.at[name(number)] - began:.3f} s")
            await asyncio.sleep(SETTLE_SECONDS)

    async def rotated(self) -> None:
        """One object in a hundred is rotated, at some moment of a minute, while the feed passes every ten seconds."""
        operator = self.operator("--feed-interval", f"{FEED_SECONDS}s")
        outside = Outside(self.session, operator)
        await operator.start()
        await asyncio.sleep(SETTLE_SECONDS)  # what it has not read since its start, no feed looks for
        numbers = range(0, self.estate.objects, 100)
        waits: list[float] = []
        follows: list[float] = []
        seen = Seen(self.session)
        watching = self.watching(SECRETS, wire.live_secret, Now())
        async with open_session_in(self.session) as engineer, watching as now:
            await now.until(self.estate.objects, LIMIT_SECONDS)
            outside.begin()

            async def one(index: int, number: int) -> None:
                await asyncio.sleep(60 * ((index * 0.618034) % 1))
                before = now.hashes[name(number)]
                await engineer.set_secret(self.estate.vault_url(number), secret(number, KEYS[0]), "rotated")
                began = seen.forget(secret(number, KEYS[0]))
                async with asyncio.timeout(LIMIT_SECONDS):
                    while now.hashes[name(number)] == before:
                        now.changed.clear()
                        await now.changed.wait()
                ended = time.perf_counter()
                waits.append(ended - began)
                follows.append(ended - seen.at.get(secret(number, KEYS[0]), ended))

            await asyncio.gather(*(one(index, number) for index, number in enumerate(numbers)))
            await asyncio.sleep(max(0.0, 60 - (time.perf_counter() - outside.started)))
            counted = outside.counted()
        print(f"1 % rotated, a pass every {FEED_SECONDS} s: {counted.line()}")
        print(f"  rotated to written: {_spread(waits)}; of it from the vault's answer to the read: {_spread(follows)}")
        await operator.stop()

    @contextlib.asynccontextmanager
    async def watching(self, resource: Any, decode: Any, sink: Any) -> AsyncIterator[Any]:
        """Feed a sink."""
        selection = Selection(namespace=NAMESPACE)
        task = asyncio.create_task(Reflector(self.session.client, resource, decode, sink, selection=selection).run())
        try:
            yield sink
        finally:
            task.cancel()


class Now:
    """A sink that knows each Secret's hash."""

    def __init__(self) -> None:
        self.hashes: dict[str, str] = {}
        self.changed = asyncio.Event()

    def applied(self, key: Key, value: LiveSecret, /) -> None:
        """Note it."""
        self.hashes[key.name] = value.data_hash
        self.changed.set()

    def deleted(self, key: Key, /) -> None:
        """Forget it."""
        del self.hashes[key.name]

    def undecodable(self, key: Key, problem: str, /) -> None:
        """Fail."""
        raise AssertionError(f"{key}: {problem}")

    def synced(self) -> None:
        """Nothing to do."""

    async def until(self, count: int, seconds: float) -> None:
        """Wait until so many are known."""
        async with asyncio.timeout(seconds):
            while len(self.hashes) < count:
                self.changed.clear()
                await self.changed.wait()


def _spread(seconds: list[float]) -> str:
    ordered = sorted(seconds)
    late = ordered[int(0.99 * (len(ordered) - 1))]
    return f"p50 {statistics.median(ordered):.2f} s, p99 {late:.2f} s, most {ordered[-1]:.2f} s of {len(ordered)}"


def _is_ready(value: WatchedExternalSecret) -> bool:
    condition = find(value.status.conditions, READY)
    return condition is not None and condition.status is ConditionStatus.TRUE


async def measure(estate: Estate, phases: list[str]) -> None:
    """Print each phase; `cold` has a lab of its own."""
    print(
        f"{estate.objects} ExternalSecrets of 2 keys, {estate.vaults} vaults, {estate.identities} identities,"
        f" {estate.interval}"
    )
    for group in (["cold"], ["life", "rotated"]):
        wanted = [phase for phase in group if phase in phases]
        if not wanted:
            continue
        with TemporaryDirectory(prefix="kf-bench-") as folder:
            async with open_session(Lab(parse(estate.seed()), Path(folder))) as session:
                await session.install()
                bench = Bench(estate, session, Path(folder))
                for document in estate.prelude():
                    await session.put(document)
                session.lab.faults.put(Service.VAULT, Rule(fault=Fault(latency=VAULT_LATENCY)))
                session.lab.faults.put(Service.ENTRA, Rule(fault=Fault(latency=ENTRA_LATENCY)))
                for phase in wanted:
                    await getattr(bench, phase)()


def main() -> None:
    """Parse the arguments and measure."""
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--objects", type=int, default=1500)
    parser.add_argument("--vaults", type=int, default=1)
    parser.add_argument("--identities", type=int, default=1)
    parser.add_argument("--interval", default="1m", help="refreshInterval of every object (default 1m)")
    parser.add_argument("--phases", nargs="*", default=["cold", "life", "rotated"])
    chosen = parser.parse_args()
    logs.configure(level=logs.LogLevel.WARNING, form=logs.LogFormat.CONSOLE)
    estate = Estate(
        objects=chosen.objects, vaults=chosen.vaults, identities=chosen.identities, interval=chosen.interval
    )
    asyncio.run(measure(estate, chosen.phases))
