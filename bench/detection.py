"""How long after a rotation its consumers hold the new version: by polling, and by Event Grid's events."""

import asyncio
import contextlib
import math
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from secrets import SystemRandom
from tempfile import TemporaryDirectory
from typing import Any

from bench import azure
from bench.azure import TENANT, World, principal, ref, vendor_client
from keyferry.identity.tally import RequestKind
from keyferry.lab.serve.authority import Authority
from keyferry.model.identity import Identity
from keyferry.model.secrets import SecretRef
from keyferry.runtime.clock import SystemClock
from keyferry.sync.events import event_intake
from keyferry.sync.settings import EventSettings
from keyferry.vault.activity import Activity
from keyferry.vault.events.receiver import Receiver
from tests.fakes import tls_terminator
from tests.fakes.tls_terminator import Terminator

SECRETS = 120
SPREAD_SECONDS = 60.0
POLLING = timedelta(seconds=10)
SELDOM = timedelta(hours=1)
LATENCY = 0.02
SETTLED_SECONDS = 3.0
PATIENCE_SECONDS = 60.0
HOST = "events.bench.example"
AUDIENCE = "api://keyferry-bench"


class Consumers:
    """One consumer for each secret, like the operator: it looks when its interval is over, and when it is woken."""

    def __init__(self, world: World, interval: timedelta) -> None:
        self._world = world
        self._interval = interval
        self._woken = {ref(number).name: asyncio.Event() for number in range(SECRETS)}
        self.seen: dict[str, float] = {}  # since when each version is held
        self.changed = asyncio.Event()
        world.reader.on_change(self._on_change)

    async def follow(self, number: int) -> None:
        """Hold the newest version for ever."""
        wanted, clock = ref(number), SystemClock()
        while True:
            self._woken[wanted.name].clear()
            verified = await self._world.reader.read(principal(0), wanted, interval=self._interval)
            self.seen.setdefault(verified.bundle.properties.version, time.perf_counter())
            self.changed.set()
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout((verified.at + self._interval - clock.now()).total_seconds()):
                    await self._woken[wanted.name].wait()

    async def until(self, reached: Callable[[], bool]) -> None:
        """Wait until what is held is enough."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while not reached():
                self.changed.clear()
                await self.changed.wait()

    def _on_change(self, _identity: Identity, changed: SecretRef) -> None:
        self._woken[changed.name].set()


async def measure() -> None:
    """Print the latencies of both ways."""
    print(f"detection, {SECRETS} secrets rotated once each within {SPREAD_SECONDS:.0f} s, vault 20 ms")
    async with azure.azure(SECRETS) as world:
        await _rotate_and_report(f"by polling, interval {POLLING.seconds} s", world, POLLING)
    with TemporaryDirectory(prefix="kf-bench-") as folder:
        authority = Authority(datetime.now(UTC))  # noqa: TID251  (real sockets live in real time)
        ca = Path(folder) / "ca.pem"
        ca.write_bytes(authority.certificate_pem)
        async with tls_terminator.running(authority.server_context(HOST)) as door:
            flags = ("--endpoint-ca", str(ca), "--endpoint-map", f"https://{HOST}/={door.address}")
            async with azure.azure(SECRETS, also=_events(), flags=flags) as world, _receiving(world, door):
                await _rotate_and_report("by events, interval 1 h", world, SELDOM)


@asynccontextmanager
async def _receiving(world: World, door: Terminator) -> AsyncIterator[None]:
    """Take events as the operator does, by token."""
    clock = SystemClock()
    settings = EventSettings(audience=AUDIENCE, tenant_id=TENANT)
    gate = event_intake.gate(settings, world.session, clock, os.environ)
    receiver = Receiver(gate, clock, event_intake.wake(world.reader, lambda _: None), lambda: True)
    await receiver.open("127.0.0.1:0")
    door.backends.append(receiver.port)
    try:
        yield
    finally:
        await receiver.close()


async def _rotate_and_report(title: str, world: World, interval: timedelta) -> None:
    await world.slow("vault", LATENCY)
    await asyncio.sleep(SETTLED_SECONDS)  # what was stored a moment ago is read one by one
    consumers = Consumers(world, interval)
    following = [asyncio.create_task(consumers.follow(number)) for number in range(SECRETS)]
    try:
        await consumers.until(lambda: len(consumers.seen) == SECRETS)
        before = world.requests()
        answered = await _rotate()
        await consumers.until(lambda: answered.keys() <= consumers.seen.keys())
        after = world.requests()
    finally:
        for task in following:
            task.cancel()
        await asyncio.gather(*following, return_exceptions=True)
    waits = sorted(max(0.0, consumers.seen[version] - at) for version, at in answered.items())
    asked = {kind: after.get(kind, 0) - before.get(kind, 0) for kind in (RequestKind.LIST, RequestKind.GET)}
    used = world.reader.activity.get(Activity.EVENT_USED, 0)
    print(f"  {title}")
    print(f"    rotations {len(waits)}   p50 {_share(waits, 0.5)}   p99 {_share(waits, 0.99)}   max {_share(waits, 1)}")
    print(f"    requests: {asked[RequestKind.LIST]} of lists, {asked[RequestKind.GET]} gets; events used: {used}")


async def _rotate() -> dict[str, float]:
    """Store a new version of each secret, each at a moment of its own; return when the vault had answered."""
    chance, began = SystemRandom(), time.perf_counter()
    moments = [chance.uniform(0, SPREAD_SECONDS) for _ in range(SECRETS)]
    answered: dict[str, float] = {}
    async with vendor_client(os.environ["SSL_CERT_FILE"]) as client:

        async def one(number: int, moment: float) -> None:
            await asyncio.sleep(began + moment - time.perf_counter())
            stored = await client.set_secret(ref(number).name, f"value {time.time_ns()}")
            answered[stored.properties.version or ""] = time.perf_counter()

        await asyncio.gather(*(one(number, moment) for number, moment in enumerate(moments)))
    return answered


def _events() -> dict[str, Any]:
    subscription = {
        "name": "bench",
        "vault": "kv-bench",
        "endpointUrl": f"https://{HOST}/events",
        "token": {"audience": AUDIENCE},
    }
    return {"events": {"subscriptions": [subscription]}}


def _share(waits: list[float], part: float) -> str:
    """Return the wait that this part of the rotations did not exceed."""
    return f"{waits[math.ceil(part * len(waits)) - 1]:.3f} s"
