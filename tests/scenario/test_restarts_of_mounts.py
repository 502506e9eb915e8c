"""Restart on change of what pods have mounted: once all that live have the new version."""

from collections.abc import AsyncIterator, Mapping
from pathlib import Path

import msgspec
import pytest
import pytest_asyncio

from keyferry.cli.session import Session
from keyferry.kube.wire.objects import Key
from keyferry.kube.wire.resources import PODS
from keyferry.spec import pod_status
from tests.scenario import mount_manifests, rights
from tests.scenario.mount_manifests import secret_class
from tests.scenario.mount_stage import QUICK, MountStage, open_mounts
from tests.scenario.rollouts import SEEN, deploy, restarts, rolled, until
from tests.scenario.stage import CANARY, Stage

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def mounts(folder: Path, environment: Mapping[str, str]) -> AsyncIterator[MountStage]:
    """A node with its plugin, whose volumes are looked at every second."""
    async with open_mounts(folder, mount_manifests.seed(), *QUICK) as stage:
        yield stage


@pytest.fixture(scope="module")
def session(mounts: MountStage) -> Session:
    """The node's lab."""
    return mounts.session


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(session: Session) -> AsyncIterator[Stage]:
    """An operator with the rights of its manifest alone."""
    async with rights.of_the_manifest(session, "") as granted, Stage.open(session, *granted.flags) as opened:
        yield opened


async def test_a_mounted_class_rolls_its_pods_once_all_that_live_have_the_new_version(
    stage: Stage, mounts: MountStage
) -> None:
    await mounts.prepare("five")
    await mounts.apply(secret_class("five", names=["api-key"]))
    web = await deploy(stage, "five", "web")
    await until(stage, web, lambda found: "class/secrets=" in found["metadata"]["annotations"][SEEN], "the class' mark")
    await leave_evicted(stage, mounts, "five", "web-7d9f8c6b54-2xkcd")
    await mounts.vault.rotate("api-key", f"{CANARY}-api-rotated")
    await rolled(stage, web)
    (told,) = await restarts(stage, "five")
    assert "SecretProviderClass secrets (secret/api-key/" in told


async def leave_evicted(stage: Stage, mounts: MountStage, namespace: str, name: str) -> None:
    """Leave a pod as an eviction does: ended, and its status still tells of the version that it had."""
    nowhere = {"nodeSelector": {"no": "where"}, "containers": [{"name": "web", "image": "registry.example/web:1.0"}]}
    await stage.apply("v1", "Pod", namespace, name, spec=nowhere)
    failed = msgspec.json.encode({"status": {"phase": "Failed", "reason": "Evicted"}})
    key = Key(namespace=namespace, name=name)
    pod = msgspec.json.decode(await stage.client.merge_patch(PODS, key, failed, subresource="status"))
    said = pod_status.status(pod=name, class_name="secrets", target_path="/x", versions=[("secret/api-key", "old")])
    about = pod_status.About(namespace=namespace, pod_uid=pod["metadata"]["uid"], node="another")
    await mounts.apply(pod_status.document(said, about))
