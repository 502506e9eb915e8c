"""The node plugin is killed at the worst moments, and nothing is lost, mixed or left over."""

import os
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keyferry.kube.wire.resources import PODS
from keyferry.mount.cluster.kinds import POD_STATUSES
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import pod, secret_class
from tests.scenario.mount_stage import QUICK, MountStage, digests, open_mounts
from tests.scenario.stage import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")

KILLS = int(os.environ.get("KEYFERRY_TEST_KILLS", "2"))
MANY = 30
NAMES = ("left", "middle", "right")


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's, and secrets whose values tell which of them belong together."""
    made = mount_manifests.seed()
    made["vaults"][0]["secrets"] |= {name: {"value": value(name, 0)} for name in NAMES}
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A node where kubelet calls again every second or two."""
    async with open_mounts(folder, seed, *QUICK, republish_seconds=(1.0, 2.0)) as stage:
        yield stage


def value(name: str, number: int) -> str:
    """The value of a secret in its version."""
    return f"{CANARY}-{name}-{number}"


def whole(number: int) -> dict[str, str]:
    """All values of one version."""
    return {name: value(name, number) for name in NAMES}


async def entries(mounts: MountStage, number: int) -> None:
    """Wait until the plugin has begun so many volumes."""
    await mounts.until(lambda: True if len(mounts.plugin.ledger()) >= number else None, f"{number} volumes")


async def test_killed_while_it_publishes_it_publishes_all_in_the_end(mounts: MountStage) -> None:
    await mounts.prepare("one")
    await mounts.apply(secret_class("one", names=NAMES))
    names = [f"web-{number}" for number in range(MANY)]
    for kill in range(KILLS):
        before = len(mounts.plugin.ledger())
        await mounts.apply(*(pod("one", name) for name in names[kill::KILLS]))
        await entries(mounts, before + 1)
        await mounts.plugin.kill()
        await mounts.plugin.start()
    pods = [await mounts.runs("one", name) for name in names]
    assert [name for name, each in zip(names, pods, strict=True) if mounts.files(each) != digests(whole(0))] == []
    assert len(await mounts.all_of(POD_STATUSES, "one")) == MANY


async def test_restarted_it_goes_on_rotating_what_an_earlier_process_mounted(mounts: MountStage) -> None:
    await mounts.vault.rotate("middle", value("middle", 1))
    expected = whole(0) | {"middle": value("middle", 1)}
    await mounts.shows("one", "web-0", expected)
    await mounts.shows("one", f"web-{MANY - 1}", expected)
    assert await mounts.events("one", "MountRotationFailed") == [], "it waits for kubelet's tokens"
    await mounts.plugin.all_well()


async def test_killed_while_it_rotates_it_ends_with_one_whole_set(mounts: MountStage) -> None:
    for number in range(2, 2 + KILLS):
        await mounts.vault.rotate("middle", value("middle", number))
        await mounts.vault.rotate("left", value("left", number))
        expected = whole(number) | {"right": value("right", 0)}
        await mounts.shows("one", "web-0", expected)
        await mounts.plugin.kill()
        await mounts.plugin.start()
        for name in (f"web-{each}" for each in range(MANY)):
            await mounts.shows("one", name, expected)
    assert await mounts.events("one", "MountRotationFailed") == []


async def test_killed_while_pods_end_it_leaves_nothing(mounts: MountStage) -> None:
    pods = await mounts.all_of(PODS, "one")
    for each in pods:
        await mounts.delete(PODS, "one", each["metadata"]["name"])
    await mounts.until(lambda: True if len(mounts.plugin.ledger()) < MANY else None, "the first pod's end")
    await mounts.plugin.kill()
    await mounts.plugin.start()
    await mounts.none_of(PODS, "one")
    assert [each for each in pods if mounts.target(each).exists() or mounts.mounted(each)] == []
    assert mounts.plugin.ledger() == []
    await mounts.none_of(POD_STATUSES, "one")
