"""`python -m bench.soak [--minutes M] [--objects N] [--report FILE]`: faults, rotations and churn; watches what holds.

One operator for the whole time. Chance is seeded, so a run can be repeated. Ends with code 1 when a Secret was empty,
mixed, unknown, or older than its interval allows while its vault could be reached, or when memory grew.
"""

import argparse
import asyncio
import contextlib
import platform
import random  # noqa: TID251  (repeatable chance; nothing secret comes of it)
import statistics
import sys
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

import msgspec

from bench.rotation import open_session_in
from bench.soak import memory, stage
from bench.soak.truth import Finding, Truth
from bench.world import usage
from keyferry.cli.engineer import Engineer
from keyferry.cli.processes import Process
from keyferry.cli.session import Session, open_session
from keyferry.kube.manifests import Manifests
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import SECRETS
from keyferry.lab.azure.seed import parse
from keyferry.lab.serve.lab import Lab
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.model.errors import KeyferryError
from keyferry.runtime import logs
from keyferry.runtime.clock import SystemClock
from keyferry.sync.kinds import EXTERNAL_SECRETS

INTERVAL_SECONDS: Final = 60
SLACK_SECONDS: Final = 15.0  # queue, write, and a look that takes its time on a busy machine
RECOVERY_SECONDS: Final = 75.0  # after an outage: the longest backoff, and a try
LOOK_SECONDS: Final = 10.0
ROTATE_SECONDS: Final = 2.0
GROWTH_PERCENT: Final = 5.0
START_SECONDS: Final = 300.0


@dataclass(slots=True)
class Record:
    """What was seen."""

    looks: int = 0
    total: Finding = field(default_factory=Finding)
    rotations: int = 0
    faults: int = 0
    churn: int = 0
    rss: list[float] = field(default_factory=list)


class Soak:
    """One run."""

    def __init__(self, session: Session, operator: Process, objects: int, seconds: float) -> None:
        self._session = session
        self._operator = operator
        self._objects = objects
        self._until = time.monotonic() + seconds
        self._chance = random.Random(5)
        self._truth = Truth(INTERVAL_SECONDS + SLACK_SECONDS, RECOVERY_SECONDS)
        self._vault_of = {stage.name(number): stage.vault(number) for number in range(objects)}
        self.record = Record()
        for name in self._vault_of:
            self._truth.sending(name, 0.0)
            self._truth.stored(name, 0.0)

    async def run(self) -> None:
        """Rotate, break, meddle and look until the time is over."""
        async with open_session_in(self._session) as engineer, asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._rotate(engineer)), group.create_task(self._break())]
            tasks.append(group.create_task(self._meddle()))
            await self._watch()
            for task in tasks:
                task.cancel()

    async def _rotate(self, engineer: Engineer) -> None:
        while True:
            number = self._chance.randrange(self._objects)
            name = stage.name(number)
            version = self._truth.sending(name, time.monotonic())
            while True:  # a vault with a fault refuses the engineer, too
                with contextlib.suppress(KeyferryError):
                    where = f"https://{stage.vault(number)}.vault.azure.net"
                    await engineer.set_secret(where, name, stage.value(number, version))
                    break
                await asyncio.sleep(ROTATE_SECONDS)
            self._truth.stored(name, time.monotonic())
            self.record.rotations += 1
            await asyncio.sleep(ROTATE_SECONDS)

    async def _break(self) -> None:
        """Now and then one vault misbehaves for a while. One that is slow by a second counts as out, too."""
        kinds = (
            Fault(kind=Kind.STATUS, status=503),
            Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=5)),
            Fault(kind=Kind.RESET),
            Fault(kind=Kind.GARBAGE),
            Fault(latency=timedelta(seconds=1)),
        )
        while True:
            await asyncio.sleep(self._chance.uniform(20, 90))
            fault = self._chance.choice(kinds)
            seconds = self._chance.uniform(5, 30)
            vault = f"kv-soak-{self._chance.randrange(stage.VAULTS)}"
            until = self._session.lab.now() + timedelta(seconds=seconds)
            rule = Rule(fault=fault, until=until, host=f"{vault}.vault.azure.net")
            self._session.lab.faults.add(Service.VAULT, rule)
            self._truth.outage(vault, time.monotonic(), time.monotonic() + seconds)
            self.record.faults += 1

    async def _meddle(self) -> None:
        """People delete Secrets, overwrite them, ask for a refresh, and recreate objects."""
        manifests = Manifests(self._session.client)
        while True:
            await asyncio.sleep(self._chance.uniform(2, 10))
            number = self._chance.randrange(self._objects)
            key = Key(namespace=stage.NAMESPACE, name=stage.name(number))
            with contextlib.suppress(KeyferryError):
                match self._chance.randrange(2):
                    case 0:
                        note = {"metadata": {"annotations": {"external-secrets.io/force-sync": f"{time.monotonic()}"}}}
                        await self._session.client.merge_patch(EXTERNAL_SECRETS, key, msgspec.json.encode(note))
                    case _:
                        await manifests.apply(stage.external_secret(number, f"{INTERVAL_SECONDS}s"))
                        foreign = {"data": {"EXTRA": "Zm9yZWlnbg=="}}
                        await self._session.client.merge_patch(SECRETS, key, msgspec.json.encode(foreign))
            self.record.churn += 1

    async def _watch(self) -> None:
        while time.monotonic() < self._until:
            await asyncio.sleep(LOOK_SECONDS)
            asked = time.monotonic()
            found = self._truth.look(await stage.shown(self._session.client), self._vault_of, asked)
            record, total = self.record, self.record.total
            record.looks += 1
            record.rss.append(memory.resident_mib(self._operator.pid))
            total.empty += found.empty
            total.mixed += found.mixed
            total.unknown += found.unknown
            total.too_old += found.too_old
            total.ages += found.ages


@contextlib.asynccontextmanager
async def opened(objects: int) -> AsyncIterator[tuple[Session, Process]]:
    """Give a lab with the objects, and an operator that has brought them all to Ready."""
    with TemporaryDirectory(prefix="kf-soak-") as folder:
        lab = Lab(parse(stage.seed(objects)), Path(folder))
        async with open_session(lab) as session:
            await session.install()
            manifests = Manifests(session.client)
            documents = (stage.external_secret(n, f"{INTERVAL_SECONDS}s") for n in range(objects))
            for document in (*stage.prelude(), *documents):
                await manifests.apply(document)
            operator = session.operator(Path(folder) / "operator.log", "--log-level", "error")
            await operator.start()
            try:
                async with asyncio.timeout(START_SECONDS):
                    while len(await stage.shown(session.client)) < objects:  # noqa: ASYNC110  (another process)
                        await asyncio.sleep(1)
                yield session, operator
            finally:
                await operator.stop()


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """The report, whether all held that must hold, and whether memory was flat."""

    report: str
    held: bool
    flat: bool


async def measure(objects: int, minutes: float) -> Outcome:
    """Run."""
    async with opened(objects) as (session, operator):
        before = usage(operator.pid)
        session.lab.azure.reset_counts()
        soak = Soak(session, operator, objects, minutes * 60)
        await soak.run()
        after = usage(operator.pid)
        requests = sum(count.number for count in session.lab.azure.counts())
    record, total = soak.record, soak.record.total
    growth = memory.growth_percent(record.rss)
    flat = growth < GROWTH_PERCENT
    held = not (total.empty or total.mixed or total.unknown or total.too_old)
    ages = sorted(total.ages) or [0.0]
    half, cpu = len(record.rss) // 2, (after.cpu_seconds - before.cpu_seconds) / minutes
    lines = [
        f"{SystemClock().now():%Y-%m-%d %H:%M} UTC, {platform.python_implementation()} {platform.python_version()}",
        f"{minutes:g} minutes, {objects} ExternalSecrets in {stage.VAULTS} vaults, interval {INTERVAL_SECONDS} s",
        f"looks at all Secrets           {record.looks}",
        f"rotations, faults, meddling    {record.rotations}, {record.faults}, {record.churn}",
        f"empty, mixed, unknown, too old {total.empty}, {total.mixed}, {total.unknown}, {total.too_old}",
        f"how long outdated: p50, most   {statistics.median(ages):.1f} s, {ages[-1]:.1f} s",
        f"resident memory: start, half   {record.rss[0]:.1f}, {record.rss[half]:.1f} MiB",
        f"resident memory: end, most     {record.rss[-1]:.1f}, {max(record.rss):.1f} MiB",
        f"growth in the second half      {growth:+.1f} %",
        f"operator's CPU a minute        {cpu:.2f} s",
        f"requests to Azure a minute     {requests / minutes:.0f}",
        f"held: {'yes' if held else 'NO'}; memory flat: {'yes' if flat else 'NO'}",
    ]
    return Outcome(report="\n".join(lines), held=held, flat=flat)


def main() -> None:
    """Parse the arguments, run, print, and write the report where asked."""
    parser = argparse.ArgumentParser(prog="python -m bench.soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=120.0, help="how long (default 120)")
    parser.add_argument("--objects", type=int, default=2000, help="ExternalSecrets (default 2000)")
    parser.add_argument("--report", type=Path, help="write the report here as well")
    chosen = parser.parse_args()
    logs.configure(level=logs.LogLevel.WARNING, form=logs.LogFormat.CONSOLE)
    outcome = asyncio.run(measure(chosen.objects, chosen.minutes))
    print(outcome.report)
    if chosen.report is not None:
        chosen.report.write_text(outcome.report + "\n")
    sys.exit(0 if outcome.held and outcome.flat else 1)
