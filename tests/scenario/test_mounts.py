"""Pods that mount: users' manifests as they are, what nobody else may read, two drivers on one node, and the end."""

import json
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
import yaml

from keyferry.cli import node_plugin
from keyferry.kube.wire.resources import PODS
from keyferry.mount.cluster.kinds import CLASSES, POD_STATUSES
from keyferry.mount.settings import DRIVER
from tests.fakes import programs
from tests.scenario.mount_manifests import CSI_NODES
from tests.scenario.mount_plugin import NODE
from tests.scenario.mount_stage import QUICK, MountStage, open_mounts
from tests.scenario.stage import CANARY
from tests.scenario.test_examples import output

pytestmark = pytest.mark.asyncio(loop_scope="module")

EXAMPLES = Path(__file__).parents[2] / "examples"
SITES = ("a", "b", "c")
OTHER = "keyferry.example"


@pytest.fixture(scope="module")
def seed() -> dict[str, Any]:
    """The examples' own Azure, with values that the stories know."""
    declared: dict[str, Any] = yaml.safe_load((EXAMPLES / "lab.yaml").read_text())
    for vault in declared["vaults"]:
        if vault["name"].startswith("site-"):
            vault["secrets"]["db-connection"] = {"value": f"{CANARY}-{vault['name']}"}
    return declared


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, seed: dict[str, Any], environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A lab with one node, on which the examples run as they are."""
    async with open_mounts(folder, seed, *QUICK) as stage:
        await stage.session.apply([EXAMPLES / "mount.yaml", EXAMPLES / "mount-sites.yaml"])
        yield stage


async def test_each_site_sees_its_own_secret(mounts: MountStage) -> None:
    for site in SITES:
        await mounts.shows(f"site-{site}", f"site-{site}-web", {"DB_CONNECTION": f"{CANARY}-site-{site}-kv"})


async def test_a_deployment_reads_secrets_and_a_certificate_with_its_key(mounts: MountStage) -> None:
    pod = await mounts.runs_of("production", "myapp")
    assert sorted(mounts.files(pod)) == ["api-key", "db-password", "tls-cert"]
    pem = (mounts.target(pod) / "tls-cert").read_text()
    assert [line for line in pem.splitlines() if line.startswith("-----BEGIN")] == [
        "-----BEGIN PRIVATE KEY-----",
        "-----BEGIN CERTIFICATE-----",
    ]


async def test_a_volume_is_memory_and_where_it_cannot_be_the_pod_is_told(mounts: MountStage) -> None:
    pod = await mounts.runs("site-a", "site-a-web")
    if plain := node_plugin.why_plain():
        await mounts.told("site-a", "PlainDirectory", "in a plain directory, which a disk may hold", name="site-a-web")
        pytest.skip(f"nothing can be mounted here: {plain}")
    (line,) = mounts.mounted(pod)
    options, _, kind = line.partition(" - ")
    assert kind.startswith("tmpfs ")
    assert {"nosuid", "nodev", "noexec"} <= set(options.split(" ")[5].split(","))


async def test_kubectl_tells_what_is_mounted(mounts: MountStage, kubectl: str) -> None:
    pod = await mounts.runs("site-a", "site-a-web")
    what = ("get", "secretproviderclasspodstatuses", "-n", "site-a", "-o", "json")
    (status,) = json.loads(await output(kubectl, *what, environment=mounts.session.environment))["items"]
    told = status["status"]
    assert (told["podName"], told["secretProviderClassName"], told["mounted"]) == ("site-a-web", "site-a-secrets", True)
    assert told["targetPath"] == str(mounts.target(pod))
    assert [one["id"] for one in told["objects"]] == ["secret/db-connection"]
    (owner,) = status["metadata"]["ownerReferences"]
    assert (owner["kind"], owner["uid"]) == ("Pod", pod["metadata"]["uid"])
    listed = await output(
        kubectl, "get", "secretproviderclasspodstatuses", "-A", environment=mounts.session.environment
    )
    assert len(listed.splitlines()) == 1 + len(SITES) + 1


async def test_no_site_reads_the_vault_of_another(mounts: MountStage) -> None:
    await mounts.runs("site-c", "site-c-web")
    await mounts.patch(CLASSES, "site-c", "site-c-secrets", {"spec": {"parameters": {"keyvaultName": "site-b-kv"}}})
    role = ("site-b-kv", "ForbiddenByRbac", '"Key Vault Secrets User"', "cccccccc-cccc-4ccc-8ccc-cccccccccccc")
    await mounts.told("site-c", "MountRotationFailed", *role, "the files stay as they are")
    await mounts.shows("site-c", "site-c-web", {"DB_CONNECTION": f"{CANARY}-site-c-kv"})
    (second,) = (each for each in documents("mount-sites.yaml") if each["metadata"]["name"] == "site-c-web")
    second["metadata"]["name"] = "second"
    await mounts.apply(second)
    await mounts.told("site-c", "FailedMount", *role, name="second")
    await mounts.patch(CLASSES, "site-c", "site-c-secrets", {"spec": {"parameters": {"keyvaultName": "site-c-kv"}}})
    await mounts.shows("site-c", "second", {"DB_CONNECTION": f"{CANARY}-site-c-kv"})


async def test_two_drivers_serve_one_node_side_by_side(mounts: MountStage) -> None:
    theirs = {**node_plugin.CSI_DRIVER, "metadata": {"name": OTHER}}
    folder = mounts.lab.kubelets[0].root / "plugins" / "other"
    places = ("--endpoint", f"unix://{folder}/csi.sock", "--plugin-dir", str(folder), "--drivername", OTHER)
    second = mounts.session.node(NODE, mounts.lab.folder / "other.log", *QUICK, *places)
    await mounts.apply(theirs)
    async with programs.living(second):
        (pod,) = (each for each in documents("mount-sites.yaml") if each["metadata"]["name"] == "site-a-web")
        pod["metadata"]["name"] = "beside"
        pod["spec"]["volumes"][0]["csi"]["driver"] = OTHER
        await mounts.apply(pod)
        await mounts.shows("site-a", "beside", {"DB_CONNECTION": f"{CANARY}-site-a-kv"})
        await mounts.shows("site-a", "site-a-web", {"DB_CONNECTION": f"{CANARY}-site-a-kv"})
        node = await mounts.read(CSI_NODES, "", NODE)
        assert node is not None
        assert {driver["name"] for driver in node["spec"]["drivers"]} == {DRIVER, OTHER}
        await mounts.delete(PODS, "site-a", "beside")
        await mounts.gone(PODS, "site-a", "beside")
        assert await second.stop() == 0
    await mounts.until(lambda: True if "volume.published" in mounts.plugin.log else None, "the first driver's log")
    assert "site-a/beside" not in mounts.plugin.log, "each driver serves its own volumes alone"


async def test_a_deleted_pod_leaves_nothing(mounts: MountStage) -> None:
    pod = await mounts.runs("site-b", "site-b-web")
    target = mounts.target(pod)
    assert await mounts.all_of(POD_STATUSES, "site-b")
    await mounts.delete(PODS, "site-b", "site-b-web")
    await mounts.gone(PODS, "site-b", "site-b-web")
    assert not target.exists()
    assert mounts.mounted(pod) == []
    await mounts.none_of(POD_STATUSES, "site-b")
    assert pod["metadata"]["uid"] not in "".join(path.read_text() for path in mounts.plugin.ledger())


async def test_a_pod_that_is_deleted_while_the_plugin_is_down_waits_for_it(mounts: MountStage) -> None:
    pod = await mounts.runs("site-a", "site-a-web")
    await mounts.plugin.kill()
    await mounts.delete(PODS, "site-a", "site-a-web")
    await mounts.told("site-a", "FailedUnMount", name="site-a-web")
    assert mounts.files(pod), "the files stay until they are unpublished"
    assert await mounts.read(PODS, "site-a", "site-a-web")
    await mounts.plugin.start()
    await mounts.gone(PODS, "site-a", "site-a-web")
    assert not mounts.target(pod).exists()
    assert mounts.mounted(pod) == []
    await mounts.none_of(POD_STATUSES, "site-a")


def documents(file: str) -> list[dict[str, Any]]:
    """The documents of an example."""
    return list(yaml.safe_load_all((EXAMPLES / file).read_text()))
