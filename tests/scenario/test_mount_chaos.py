"""Two nodes, thirty pods, and everything at once: plugins killed, vaults and Entra at fault, values rotated, pods gone.

In the end every pod shows the newest values, and nothing is left of those that went.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keyferry.cli.processes import Process
from keyferry.kube.wire.resources import NAMESPACES, PODS
from keyferry.lab.world.chance import Chance
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import pod, secret_class
from tests.scenario.mount_stage import QUICK, MountStage, is_ready, open_mounts
from tests.scenario.stage import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")

ACTS = int(os.environ.get("KEYFERRY_TEST_CHAOS", "40"))
PODS_OF_EACH = 15
SPACES = ("one", "two")
NAMES = ("left", "middle", "right")
WAYS = (
    Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=1)),
    Fault(kind=Kind.STATUS, status=503),
    Fault(kind=Kind.RESET),
    Fault(kind=Kind.GARBAGE),
)


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's, and secrets of this story's own."""
    made = mount_manifests.seed()
    made["vaults"][0]["secrets"] |= {name: {"value": value(name, 0)} for name in NAMES}
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """Two nodes, where kubelet calls again every second or two."""
    async with open_mounts(folder, seed, *QUICK, nodes=2, republish_seconds=(1.0, 2.0)) as stage:
        yield stage


def value(name: str, number: int) -> str:
    """The value of a secret in its version."""
    return f"{CANARY}-{name}-{number}"


class Chaos:
    """What happens, by a chance that repeats, and what is asked of the pods meanwhile."""

    def __init__(self, mounts: MountStage, chance: Chance) -> None:
        self.mounts, self.chance = mounts, chance
        self.numbers = dict.fromkeys(NAMES, 0)
        self.began: set[str] = set()  # uids of pods that have shown their files
        self.plugins: list[Process] = [mounts.plugin.process, self._second()]

    def _second(self) -> Process:
        lab = self.mounts.lab
        return self.mounts.session.node(lab.kubelets[1].name, lab.folder / "node-2.log", *QUICK)

    async def act(self) -> None:
        """Do one thing."""
        match int(self.chance.next() * 8):
            case 0:
                plugin = self._one_of(self.plugins)
                await plugin.kill()
                await plugin.start()
            case 1 | 2:
                space, name = self._one_of(SPACES), f"web-{int(self.chance.next() * PODS_OF_EACH)}"
                await self.mounts.delete(PODS, space, name)
                await self.mounts.gone(PODS, space, name)
                await self.mounts.apply(pod(space, name))
            case _:
                name = self._one_of(NAMES)
                await self.mounts.vault.rotate(name, value(name, self.numbers[name] + 1))
                self.numbers[name] += 1

    def _one_of(self, choice: Any) -> Any:
        return choice[int(self.chance.next() * len(choice))]

    async def look(self) -> None:
        """No pod that runs is without its files, whoever was killed."""
        for space in SPACES:
            for found in await self.mounts.all_of(PODS, space):
                if is_ready(found) and "deletionTimestamp" not in found["metadata"]:
                    folder = self.mounts.target(found)
                    assert {path.name for path in folder.iterdir() if not path.name.startswith("..")} == set(NAMES)
                    self.began.add(found["metadata"]["uid"])

    def wanted(self) -> dict[str, str]:
        """The newest files."""
        return {name: value(name, number) for name, number in self.numbers.items()}


async def test_after_everything_at_once_all_is_well_and_in_the_end_nothing_is_left(mounts: MountStage) -> None:
    chaos = Chaos(mounts, Chance(4))
    await chaos.plugins[1].start()
    try:
        await _everything(mounts, chaos)
    finally:
        await chaos.plugins[1].stop()


async def _everything(mounts: MountStage, chaos: Chaos) -> None:
    names = [f"web-{number}" for number in range(PODS_OF_EACH)]
    for space in SPACES:
        await mounts.prepare(space)
        await mounts.apply(secret_class(space, names=NAMES), *(pod(space, name) for name in names))
    for service in (Service.VAULT, Service.ENTRA):
        for way in WAYS:
            method = "GET" if service is Service.VAULT else ""  # the engineer's writes arrive
            mounts.lab.faults.add(service, Rule(fault=way, rate=0.01, method=method))
    for _ in range(ACTS):
        await chaos.act()
        await chaos.look()
    mounts.lab.faults.clear(Service.VAULT)
    mounts.lab.faults.clear(Service.ENTRA)
    for space in SPACES:
        await asyncio.gather(*(mounts.shows(space, name, chaos.wanted()) for name in names))
    assert len(chaos.began) > ACTS // 8, "pods ran while all that happened"
    await _end(mounts)
    await mounts.prepare("three")
    await mounts.apply(secret_class("three", names=NAMES), pod("three", "web"))
    await mounts.shows("three", "web", chaos.wanted())


async def _end(mounts: MountStage) -> None:
    last = [found for space in SPACES for found in await mounts.all_of(PODS, space)]
    assert {found["spec"]["nodeName"] for found in last} == {one.name for one in mounts.lab.kubelets}
    for space in SPACES:
        await mounts.delete(NAMESPACES, "", space)
    for space in SPACES:
        await mounts.none_of(PODS, space)
    assert [found for found in last if mounts.target(found).exists() or mounts.mounted(found)] == []
    entries = [path for one in mounts.lab.kubelets for path in one.root.glob("plugins/*/volumes/*.json")]
    assert entries == []
    assert str(mounts.lab.folder) not in _mounts(), "no mount is left of any pod that there ever was"


def _mounts() -> str:
    return Path("/proc/self/mountinfo").read_text()
