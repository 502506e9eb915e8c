"""Rotation: files follow the vault at the price of what changed; what fails leaves them, is told, and heals."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keyferry.kube.wire.resources import PODS
from keyferry.mount.cluster.kinds import CLASSES, POD_STATUSES
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import WATCHER, objects, pod, secret_class
from tests.scenario.mount_stage import QUICK, MountStage, digest, open_mounts
from tests.scenario.stage import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")

CROWD = 20
OWN = ("crowded", "doomed", "guarded", "watched", "quiet", "late")


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's, and a secret for each story."""
    made = mount_manifests.seed()
    made["vaults"][0]["secrets"] |= {name: {"value": value(name)} for name in OWN}
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A node whose volumes are looked at every second."""
    async with open_mounts(folder, seed, *QUICK) as stage:
        yield stage


def value(name: str, version: str = "first") -> str:
    """A value that stands nowhere else."""
    return f"{CANARY}-{name}-{version}"


async def mount(mounts: MountStage, namespace: str, *names: str, **changes: Any) -> None:
    """Mount secrets in a pod `web` of a namespace of its own."""
    await mounts.prepare(namespace)
    await mounts.apply(secret_class(namespace, names=names), pod(namespace, "web", **changes))
    await mounts.shows(namespace, "web", {name: value(name) for name in names})


async def test_a_program_is_told_of_a_rotation_once(mounts: MountStage) -> None:
    await mount(mounts, "one", "watched", "quiet", program=WATCHER)
    await mounts.vault.rotate("watched", value("watched", "second"))
    told = f"told watched {digest(value('watched', 'second'))}"
    lines = await mounts.printing("one", "web", told)
    assert lines[:-1] == [f"has {name} {digest(value(name))}" for name in ("quiet", "watched")]
    await mounts.told("one", "MountRotationComplete", "new content in watched", name="web")
    (status,) = await mounts.all_of(POD_STATUSES, "one")
    await mounts.plugin.looks(2)
    assert await mounts.printed("one", "web") == lines, "and no more than once"
    assert status["status"]["objects"] == (await mounts.all_of(POD_STATUSES, "one"))[0]["status"]["objects"]


async def test_nothing_changed_and_nothing_is_read(mounts: MountStage) -> None:
    await mount(mounts, "two", "quiet", "guarded")
    before = -1
    while before != mounts.vault.gets():  # young secrets are read a second time, by the clock of the vault
        before = mounts.vault.gets()
        await mounts.plugin.looks(2)
    await mounts.plugin.looks(4)
    assert mounts.vault.gets() == before


async def test_one_get_serves_all_pods_of_an_identity(mounts: MountStage) -> None:
    await mounts.prepare("three")
    await mounts.apply(secret_class("three", names=["crowded", "quiet"]))
    names = [f"web-{number}" for number in range(CROWD)]
    await mounts.apply(*(pod("three", name) for name in names))
    for name in names:
        await mounts.shows("three", name, {"crowded": value("crowded"), "quiet": value("quiet")})
    before = mounts.vault.gets("crowded"), mounts.vault.gets("quiet")
    await mounts.vault.rotate("crowded", value("crowded", "second"))
    for name in names:
        await mounts.shows("three", name, {"crowded": value("crowded", "second"), "quiet": value("quiet")})
    assert (mounts.vault.gets("crowded") - before[0], mounts.vault.gets("quiet") - before[1]) == (1, 0)
    for name in names:
        await mounts.delete(PODS, "three", name)
    await mounts.none_of(PODS, "three")


async def test_an_edited_class_shows_at_once(mounts: MountStage) -> None:
    await mount(mounts, "four", "quiet")
    more = {"spec": {"parameters": {"objects": objects(["quiet", "late"])}}}
    await mounts.patch(CLASSES, "four", "secrets", more)
    await mounts.shows("four", "web", {"quiet": value("quiet"), "late": value("late")})
    await mounts.patch(CLASSES, "four", "secrets", {"spec": {"parameters": {"objects": objects(["late"])}}})
    await mounts.shows("four", "web", {"late": value("late")})
    (status,) = await mounts.all_of(POD_STATUSES, "four")
    assert [one["id"] for one in status["status"]["objects"]] == ["secret/late"]


async def test_a_deleted_secret_leaves_its_files_until_it_is_back(mounts: MountStage) -> None:
    await mount(mounts, "five", "doomed", "quiet")
    await mounts.vault.delete("doomed")
    told = await mounts.told("five", "MountRotationFailed", "doomed", "does not exist", "the files stay as they are")
    assert CANARY not in told
    await mounts.shows("five", "web", {"doomed": value("doomed"), "quiet": value("quiet")})
    assert await mounts.plugin.counted("keyferry_node_volumes", state="failing") == 1
    await mounts.vault.recover("doomed")
    await mounts.vault.rotate("doomed", value("doomed", "second"))
    await mounts.shows("five", "web", {"doomed": value("doomed", "second"), "quiet": value("quiet")})
    await mounts.plugin.all_well()


async def test_a_role_that_is_taken_away_leaves_the_files_until_it_is_given_back(mounts: MountStage) -> None:
    await mount(mounts, "six", "guarded")
    async with mounts.vault.closed_to_reader():
        await mounts.told("six", "MountRotationFailed", "ForbiddenByRbac", '"Key Vault Secrets User"', name="web")
        await mounts.vault.rotate("guarded", value("guarded", "second"))
        await mounts.apply(pod("six", "late"))
        await mounts.told("six", "FailedMount", "ForbiddenByRbac", '"Key Vault Secrets User"', name="late")
        await mounts.shows("six", "web", {"guarded": value("guarded")})
    await mounts.shows("six", "web", {"guarded": value("guarded", "second")})
    await mounts.shows("six", "late", {"guarded": value("guarded", "second")})
    await mounts.plugin.all_well()
