"""How long a fresh operator needs to bring N ExternalSecrets to Ready, what it asks of Azure, and what it uses."""

import asyncio
import time

from bench.world import NAMESPACE, VAULT, usage, world
from keyferry.kube.client import Client, Selection
from keyferry.kube.watch import Reflector
from keyferry.kube.wire.objects import Key
from keyferry.spec.conditions import READY, ConditionStatus, find
from keyferry.sync import wire
from keyferry.sync.kinds import EXTERNAL_SECRETS
from keyferry.sync.state import WatchedExternalSecret

LIMIT_SECONDS = 300.0


class Readiness:
    """A sink that counts the ExternalSecrets that are Ready, and tells when all are."""

    def __init__(self, expected: int) -> None:
        self._expected = expected
        self._ready: set[Key] = set()
        self.first_at = 0.0
        self.all_ready = asyncio.Event()

    def applied(self, key: Key, value: WatchedExternalSecret, /) -> None:
        condition = find(value.status.conditions, READY)
        if condition is None or condition.status is not ConditionStatus.TRUE:
            return
        self.first_at = self.first_at or time.perf_counter()
        self._ready.add(key)
        if len(self._ready) == self._expected:
            self.all_ready.set()

    def deleted(self, key: Key, /) -> None:
        self._ready.discard(key)

    def undecodable(self, key: Key, problem: str, /) -> None:
        raise AssertionError(f"{key}: {problem}")

    def synced(self) -> None:
        pass


async def watch(client: Client, sink: Readiness) -> None:
    """Feed the sink until cancelled."""
    selection = Selection(namespace=NAMESPACE)
    await Reflector(client, EXTERNAL_SECRETS, wire.external_secret, sink, selection=selection).run()


async def measure(objects: int) -> None:
    """Print one run."""
    async with world(objects, "1h") as (session, operator):
        readiness = Readiness(objects)
        watching = asyncio.create_task(watch(session.client, readiness))
        session.lab.azure.reset_counts()
        lab_before = time.process_time()
        started = time.perf_counter()
        await operator.start()
        async with asyncio.timeout(LIMIT_SECONDS):
            await readiness.all_ready.wait()
        elapsed = time.perf_counter() - started
        used = usage(operator.pid)
        lab_cpu = time.process_time() - lab_before
        watching.cancel()
        counts = session.lab.azure.counts()
        tokens = sum(count.number for count in counts if count.operation == "Token")
        vault = sum(count.number for count in counts if count.where == VAULT)
        print(f"cold start, {objects} ExternalSecrets of 2 keys, vault 20 ms, Entra 100 ms")
        print(f"  from process start to all Ready   {elapsed:8.2f} s")
        print(f"  from process start to first Ready {readiness.first_at - started:8.2f} s")
        print(f"  requests to Key Vault             {vault:8d}")
        print(f"  token requests to Entra           {tokens:8d}")
        print(f"  operator CPU                      {used.cpu_seconds:8.2f} s")
        print(f"  operator peak memory              {used.peak_mib:8.1f} MiB")
        print(f"  the lab's own CPU meanwhile       {lab_cpu:8.2f} s")
