"""What people and clusters do to mounted volumes: classes, statuses and namespaces deleted, slow vaults, two nodes."""

from collections.abc import AsyncIterator, Mapping
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio

from keyferry.kube.wire.resources import NAMESPACES, PODS, SECRETS
from keyferry.lab.world.faults import Fault, Kind, Rule, Service
from keyferry.mount.cluster.kinds import CLASSES, POD_STATUSES
from tests.fakes import programs
from tests.scenario import mount_manifests
from tests.scenario.mount_manifests import HOST, deployment, pod, secret_class, secret_object
from tests.scenario.mount_stage import QUICK, MountStage, open_mounts
from tests.scenario.stage import CANARY

pytestmark = pytest.mark.asyncio(loop_scope="module")

FILES = {"db-password": f"{CANARY}-db", "api-key": f"{CANARY}-api"}
CROWD = 15


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The stage's, and a secret that a crowd wants."""
    made = mount_manifests.seed()
    made["vaults"][0]["secrets"]["wanted"] = {"value": f"{CANARY}-wanted"}
    return made


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """Two nodes, each with its plugin."""
    async with open_mounts(folder, seed, *QUICK, nodes=2, republish_seconds=(1.0, 2.0)) as stage:
        second = stage.session.node("node-2", stage.lab.folder / "node-2.log", *QUICK)
        async with programs.living(second):
            yield stage
            await stage.lab.kubelets[1].close()
            assert await second.stop() == 0


async def mount(mounts: MountStage, namespace: str) -> None:
    """Mount two secrets in a pod `web` on the first node."""
    await mounts.prepare(namespace)
    await mounts.apply(secret_class(namespace), on_first_node(pod(namespace, "web")))
    await mounts.shows(namespace, "web", FILES)


def on_first_node(document: dict[str, Any]) -> dict[str, Any]:
    """The same, for the first node."""
    document["spec"]["nodeSelector"] = {"kubernetes.io/hostname": "node-1"}
    return document


async def test_two_nodes_keep_one_secret_in_step_and_at_rest(mounts: MountStage) -> None:
    await mounts.prepare("one")
    many = deployment("one", "web")
    many["spec"]["replicas"] = 4
    await mounts.apply(secret_class("one", secret_objects=[secret_object("synced", password="db-password")]), many)
    await mounts.holds("one", "synced", {"password": FILES["db-password"]})
    pods = await mounts.running("one", 4)
    assert {one["spec"]["nodeName"] for one in pods} == {"node-1", "node-2"}
    await mounts.vault.rotate("db-password", f"{CANARY}-second")
    for one in pods:
        await mounts.shows("one", one["metadata"]["name"], FILES | {"db-password": f"{CANARY}-second"})
    await mounts.holds("one", "synced", {"password": f"{CANARY}-second"})
    await mounts.plugin.looks(4)
    before = await mounts.exists(SECRETS, "one", "synced")
    await mounts.plugin.looks(4)
    assert before == await mounts.read(SECRETS, "one", "synced"), "nobody writes it again and again"
    assert len(before["metadata"]["ownerReferences"]) == 1, "the ReplicaSet"
    await mounts.vault.rotate("db-password", FILES["db-password"])


async def test_a_deleted_class_leaves_the_files_until_it_is_back(mounts: MountStage) -> None:
    await mount(mounts, "two")
    await mounts.delete(CLASSES, "two", "secrets")
    await mounts.told("two", "MountRotationFailed", "failed to get secretproviderclass two/secrets", name="web")
    await mounts.apply(on_first_node(pod("two", "second")))
    await mounts.told("two", "FailedMount", "failed to get secretproviderclass two/secrets", "not found", name="second")
    await mounts.shows("two", "web", FILES)
    await mounts.apply(secret_class("two", names=["api-key"]))
    await mounts.shows("two", "web", {"api-key": FILES["api-key"]})
    await mounts.shows("two", "second", {"api-key": FILES["api-key"]})
    await mounts.plugin.all_well()


async def test_a_deleted_status_comes_back(mounts: MountStage) -> None:
    await mount(mounts, "three")
    (status,) = await mounts.all_of(POD_STATUSES, "three")
    await mounts.delete(POD_STATUSES, "three", status["metadata"]["name"])
    again = await mounts.exists(POD_STATUSES, "three", status["metadata"]["name"])
    assert again["status"] == status["status"]


async def test_a_namespace_that_is_deleted_leaves_nothing(mounts: MountStage) -> None:
    await mount(mounts, "four")
    (only,) = await mounts.running("four", 1)
    await mounts.delete(NAMESPACES, "", "four")
    await mounts.gone(NAMESPACES, "", "four")
    assert not mounts.target(only).exists()
    assert mounts.mounted(only) == []
    await mounts.prepare("four")
    await mount(mounts, "four")


async def test_a_plugin_that_is_replaced_disturbs_nobody(mounts: MountStage) -> None:
    await mount(mounts, "five")
    (only,) = await mounts.running("five", 1)
    version = (mounts.target(only) / "..data").readlink()
    assert await mounts.plugin.stop() == 0
    assert len(mounts.files(only)) == len(FILES)
    await mounts.plugin.start()
    await mounts.plugin.looks(3)
    assert (mounts.target(only) / "..data").readlink() == version, "nothing changed, so nothing was written"
    assert await mounts.events("five", "MountRotationFailed") == []
    assert await mounts.events("five", "MountRotationComplete") == []


async def test_entra_is_down_and_who_has_a_token_needs_it_not(mounts: MountStage) -> None:
    await mount(mounts, "eight")
    mounts.lab.faults.add(Service.ENTRA, Rule(fault=Fault(kind=Kind.RESET)))
    try:
        await mounts.prepare("nine")
        await mounts.apply(secret_class("nine"), on_first_node(pod("nine", "web")))
        await mounts.told("nine", "FailedMount", "login.microsoftonline.com", "does not answer", name="web")
        await mounts.apply(on_first_node(pod("eight", "second")))
        await mounts.shows("eight", "second", FILES)
        await mounts.vault.rotate("api-key", f"{CANARY}-during")
        await mounts.shows("eight", "web", FILES | {"api-key": f"{CANARY}-during"})
    finally:
        mounts.lab.faults.clear(Service.ENTRA)
    await mounts.shows("nine", "web", FILES | {"api-key": f"{CANARY}-during"})
    await mounts.vault.rotate("api-key", FILES["api-key"])


async def test_two_volumes_of_one_pod_stand_side_by_side(mounts: MountStage) -> None:
    await mounts.prepare("ten")
    both = on_first_node(pod("ten", "web"))
    second = deepcopy(both["spec"]["volumes"][0])
    second["name"] = "others"
    second["csi"]["volumeAttributes"]["secretProviderClass"] = "others"
    both["spec"]["volumes"].append(second)
    await mounts.apply(secret_class("ten"), secret_class("ten", "others", names=["settings"]), both)
    await mounts.shows("ten", "web", FILES)
    (only,) = await mounts.running("ten", 1)
    assert [path.name for path in mounts.target(only, "others").iterdir() if path.name[0] != "."] == ["settings"]
    statuses = await mounts.all_of(POD_STATUSES, "ten")
    assert {one["metadata"]["name"] for one in statuses} == {"web-ten-secrets", "web-ten-others"}
    await mounts.delete(PODS, "ten", "web")
    await mounts.gone(PODS, "ten", "web")
    assert mounts.mounted(only) == []


async def test_a_slow_vault_is_asked_once_for_a_crowd(mounts: MountStage) -> None:
    await mounts.prepare("six")
    await mounts.apply(secret_class("six", names=["wanted"]))
    slow = Rule(fault=Fault(latency=timedelta(seconds=1)), host=HOST)
    number = mounts.lab.faults.add(Service.VAULT, slow)
    names = [f"web-{number}" for number in range(CROWD)]
    await mounts.apply(*(on_first_node(pod("six", name)) for name in names))
    for name in names:
        await mounts.runs("six", name)
    assert mounts.lab.faults.remove(number)
    assert mounts.vault.gets("wanted") == 1
    assert await mounts.events("six", "FailedMount") == []


async def test_a_vault_that_throttles_delays_pods_and_stops_none(mounts: MountStage) -> None:
    await mounts.prepare("seven")
    await mounts.apply(secret_class("seven", names=["settings", "db-password"]))
    busy = Fault(kind=Kind.STATUS, status=429, retry_after=timedelta(seconds=1))
    mounts.lab.faults.add(Service.VAULT, Rule(fault=busy, host=HOST, remaining=12))
    await mounts.apply(on_first_node(pod("seven", "web")))
    await mounts.runs("seven", "web")
    await mounts.delete(PODS, "seven", "web")
    await mounts.gone(PODS, "seven", "web")
    mounts.lab.faults.clear(Service.VAULT)
